#include "app/workbench/views.h"

namespace lb {

void addExportViews(Views&, Session&, CanvasView&, QWidget*) { }

} // namespace lb
