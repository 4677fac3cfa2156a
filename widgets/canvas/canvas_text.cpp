#include "widgets/canvas/canvas_text.h"

#include "core/graph/analysis.h"
#include "widgets/canvas/words.h"
#include "widgets/support/pair_words.h"

#include <QLocale>

#include <cmath>
#include <optional>

namespace lb::canvas {
namespace {

constexpr QChar kMinus(0x2212);

QString withMinus(QString number)
{
    if (number.startsWith('-'))
        number[0] = kMinus;
    return number;
}

QString dtypeLabel(DType dtype)
{
    switch (dtype) {
    case DType::Bool:
        return QStringLiteral("bool");
    case DType::UInt8:
        return QStringLiteral("u8");
    case DType::Int32:
        return QStringLiteral("i32");
    case DType::Int64:
        return QStringLiteral("i64");
    case DType::Float16:
        return QStringLiteral("f16");
    case DType::BFloat16:
        return QStringLiteral("bf16");
    case DType::Float32:
        return QStringLiteral("f32");
    case DType::Float64:
        return QStringLiteral("f64");
    case DType::String:
        return QStringLiteral("str");
    }
    return {};
}

/// As a bound of a range: integers plain, else three significant digits.
QString boundLabel(double value)
{
    if (value == std::floor(value) && std::abs(value) < 1e6)
        return withMinus(QString::number(value, 'f', 0));
    return withMinus(QString::number(value, 'g', 3));
}

QString fromRange(double least, double most)
{
    if (std::isinf(least) && std::isinf(most))
        return {};
    if (std::isinf(most))
        return QStringLiteral("≥ ") + boundLabel(least);
    if (std::isinf(least))
        return QStringLiteral("≤ ") + boundLabel(most);
    if (least == -most && most > 0) {
        const bool small = most < 10 && most == std::floor(most);
        return QStringLiteral("±") + (small ? QString::number(most, 'f', 1) : boundLabel(most));
    }
    if (least < 0)
        return boundLabel(least) + Words::tr(" to ") + boundLabel(most);
    return boundLabel(least) + QStringLiteral("–") + boundLabel(most);
}

std::optional<double> numberOf(const Config& value)
{
    if (const auto* real = value.as<double>())
        return *real;
    if (const auto* integer = value.as<std::int64_t>())
        return static_cast<double>(*integer);
    return {};
}

/// Two decimals, so that a factor of 0.1 and one of 0.15 stand under each other.
QString factorLabel(double value)
{
    const QString two = QString::number(value, 'f', 2);
    return std::abs(two.toDouble() - value) < 1e-9 ? withMinus(two) : numberLabel(value);
}

QString listLabel(const ConfigList& list, const QString& separator)
{
    QStringList parts;
    for (const Config& item : list) {
        const auto number = numberOf(item);
        parts << (number ? numberLabel(*number) : QStringLiteral("…"));
        if (parts.size() == 3 && list.size() > 3) {
            parts << QStringLiteral("…");
            break;
        }
    }
    return parts.join(separator);
}

QString rangeValueLabel(const ParamSpec& spec, const Config& value)
{
    if (const auto scalar = numberOf(value)) {
        const auto least = numberOf(spec.least);
        if (least && *least >= 0)
            return QStringLiteral("0–") + factorLabel(std::abs(*scalar));
        return QStringLiteral("±") + factorLabel(std::abs(*scalar));
    }
    const auto* list = value.as<ConfigList>();
    if (!list || list->size() != 2)
        return QStringLiteral("?");
    const auto low = numberOf(list->front());
    const auto high = numberOf(list->back());
    if (!low || !high)
        return QStringLiteral("?");
    if (*low == -*high && *high > 0)
        return QStringLiteral("±") + factorLabel(*high);
    if (*low == std::floor(*low) && *high == std::floor(*high))
        return fromRange(*low, *high);
    const QString between = *low < 0 ? Words::tr(" to ") : QStringLiteral("–");
    return factorLabel(*low) + between + factorLabel(*high);
}

QLocale countLocale()
{
    const QLocale locale;
    return locale.language() == QLocale::C ? QLocale(QLocale::English) : locale;
}

} // namespace

QString shapeLabel(const Spec& spec)
{
    return QString::fromStdString(dimsText(spec.shape));
}

QString rangeLabel(const Spec& spec)
{
    const QString range
        = spec.range.known() ? fromRange(spec.range.least, spec.range.most) : QString();
    return range.isEmpty() ? dtypeLabel(spec.dtype) : dtypeLabel(spec.dtype) + ' ' + range;
}

QString spokenSpec(const Spec& spec)
{
    QStringList sizes;
    for (std::size_t i = 1; i < spec.shape.size(); ++i)
        sizes << (spec.shape[i] == kUnknown ? Words::tr("unknown")
                                            : QString::number(spec.shape[i]));
    QString spoken = sizes.isEmpty() ? Words::tr("one number a sample")
                                     : sizes.join(Words::tr(" by "));
    if (spec.range.known())
        spoken += Words::tr(", range %1 to %2")
                      .arg(boundLabel(spec.range.least), boundLabel(spec.range.most));
    return spoken;
}

QString costLabel(double milliseconds)
{
    if (!(milliseconds >= 0))
        return QStringLiteral("–");
    if (milliseconds == 0)
        return Words::tr("0 ms");
    if (milliseconds < 0.01)
        return Words::tr("<0.01 ms");
    if (milliseconds < 10)
        return Words::tr("%1 ms").arg(QString::number(milliseconds, 'f', 2));
    if (milliseconds < 1000)
        return Words::tr("%1 ms").arg(QString::number(milliseconds, 'f', 1));
    return Words::tr("%1 s").arg(QString::number(milliseconds / 1000, 'f', 2));
}

QString countLabel(std::int64_t count)
{
    if (count >= 1'000'000'000)
        return Words::tr("%1 G").arg(QString::number(static_cast<double>(count) / 1e9, 'f', 1));
    if (count >= 1'000'000)
        return Words::tr("%1 M").arg(QString::number(static_cast<double>(count) / 1e6, 'f', 1));
    return countLocale().toString(qlonglong{count});
}

QString nodeCount(std::size_t count)
{
    return count == 1 ? Words::tr("1 node") : Words::tr("%1 nodes").arg(count);
}

QString numberLabel(double value)
{
    if (value > 0 && value < 0.5) { // people write 1/255, not 0.00392156862745098
        const double denominator = 1 / value;
        const double rounded = std::round(denominator);
        if (rounded > 20 && rounded < 100'000 && std::abs(denominator - rounded) < 1e-7 * rounded)
            return QStringLiteral("1/%1").arg(rounded, 0, 'f', 0);
    }
    if (value == std::floor(value) && std::abs(value) < 1e9)
        return withMinus(QString::number(value, 'f', 0));
    return withMinus(QString::number(value, 'g', 3));
}

QString valueLabel(const ParamSpec& spec, const Config& value)
{
    if (value.isNull())
        return spec.kind == ParamKind::Seed ? Words::tr("auto") : Words::tr("none");
    if (spec.kind == ParamKind::Range)
        return rangeValueLabel(spec, value);
    if (const auto* flag = value.as<bool>())
        return *flag ? Words::tr("yes") : Words::tr("no");
    if (const auto* text = value.as<std::string>())
        return QString::fromStdString(*text);
    if (const auto* integer = value.as<std::int64_t>())
        return withMinus(QString::number(*integer));
    if (const auto* real = value.as<double>()) {
        if (*real == std::floor(*real) && std::abs(*real) < 1e6)
            return withMinus(QString::number(*real, 'f', 1)); // a real stays told from an integer
        return numberLabel(*real);
    }
    if (const auto* list = value.as<ConfigList>())
        return listLabel(*list, spec.kind == ParamKind::Pair ? pairSeparator(spec)
                                                             : QStringLiteral(" "));
    if (const Config* name = value.find("class_name"))
        if (const auto* text = name->as<std::string>())
            return QString::fromStdString(*text);
    return QStringLiteral("…");
}

QString keyLabel(const std::string& key)
{
    QString label = QString::fromStdString(key);
    for (const char* suffix : {"_mode", "_factor"})
        if (label.endsWith(QLatin1String(suffix)))
            label.chop(static_cast<int>(qstrlen(suffix)));
    return label;
}

} // namespace lb::canvas
