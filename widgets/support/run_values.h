#pragma once

// Qt's keyword macro would swallow members that are called slots, as an optimizer's are.
#pragma push_macro("slots")
#undef slots
#include "core/training/trainer.h"
#pragma pop_macro("slots")
