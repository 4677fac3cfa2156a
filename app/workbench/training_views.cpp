#include "app/workbench/views.h"

namespace lb {

void addTrainingViews(Views&, Session&, CanvasView&, QWidget*) { }

} // namespace lb
