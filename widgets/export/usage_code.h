#pragma once

#include "core/interop/bundle.h"

#include <QString>

namespace lb {

/// How a bundle is used from elsewhere, for its signature: what the Export workspace shows.
/// `bundle` is its file name.
QString pythonUsage(const ExportReport& report, const QString& bundle);
QString kerasUsage(const ExportReport& report, const QString& bundle);
QString rUsage(const ExportReport& report, const QString& bundle);
QString shellUsage(const ExportReport& report, const QString& bundle);
/// What is inside of the model, and what to give it therefore.
QString usageHint(const ExportReport& report);

} // namespace lb
