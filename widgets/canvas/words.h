#pragma once

#include <QCoreApplication>

namespace lb::canvas {

/// The canvas' translation context for code that is no QObject: Words::tr("train only").
class Words {
    Q_DECLARE_TR_FUNCTIONS(Canvas)
};

} // namespace lb::canvas
