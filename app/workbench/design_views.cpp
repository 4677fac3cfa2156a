#include "app/workbench/views.h"

namespace lb {

void addDesignViews(Views&, Session&, CanvasView&, QWidget*) { }

} // namespace lb
