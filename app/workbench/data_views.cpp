#include "app/workbench/views.h"

namespace lb {

void addDataViews(Views&, Session&, CanvasView&, QWidget*) { }

} // namespace lb
