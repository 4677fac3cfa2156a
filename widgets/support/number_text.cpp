#include "widgets/support/number_text.h"

#include <charconv>
#include <cmath>

namespace lb {
namespace {

QString shortest(double value)
{
    std::array<char, 64> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return QString::fromLatin1(buffer.data(), end.ptr - buffer.data());
}

} // namespace

QString numberText(double value)
{
    if (std::isnan(value))
        return "nan";
    if (std::isinf(value))
        return value < 0 ? "-inf" : "inf";
    const QString text = shortest(value);
    if (text.size() > 7 && value != 0) {
        const double whole = std::round(1 / value);
        if (std::abs(whole) < 100'000 && 1 / whole == value)
            return (value < 0 ? "-1/" : "1/") + shortest(std::abs(whole));
    }
    return text;
}

QString numberText(const Config& number)
{
    if (const auto* integer = number.as<std::int64_t>())
        return QString::number(qlonglong{*integer});
    if (const auto* real = number.as<double>())
        return numberText(*real);
    return {};
}

QString fixedText(double value, int digits, bool sign)
{
    const QString text = QString::number(std::abs(value), 'f', digits);
    const bool zero = QStringView(text).toDouble() == 0;
    if (value < 0 && !zero)
        return QChar(0x2212) + text;
    return sign ? "+" + text : text;
}

QString metricText(double value)
{
    return std::isfinite(value) ? QString::number(value, 'f', 3) : QString("–");
}

std::optional<double> parsedNumber(const QString& text)
{
    QString plain = text.trimmed();
    plain.replace(QChar(0x2212), '-');
    if (!plain.contains('.'))
        plain.replace(',', '.');
    const auto one = [](QString part) -> std::optional<double> {
        part = part.trimmed();
        if (part.startsWith('+'))
            part.remove(0, 1);
        const std::string latin = part.toStdString();
        double value = 0;
        const auto end = std::from_chars(latin.data(), latin.data() + latin.size(), value);
        if (latin.empty() || end.ec != std::errc() || end.ptr != latin.data() + latin.size())
            return std::nullopt;
        return value;
    };
    const qsizetype slash = plain.indexOf('/');
    if (slash < 0)
        return one(plain);
    const auto above = one(plain.left(slash));
    const auto below = one(plain.mid(slash + 1));
    if (!above || !below || *below == 0)
        return std::nullopt;
    return *above / *below;
}

std::optional<std::int64_t> parsedInteger(const QString& text)
{
    QString plain = text.trimmed();
    plain.replace(QChar(0x2212), '-');
    plain.remove('_').remove(' ');
    if (plain.startsWith('+'))
        plain.remove(0, 1);
    bool fine = false;
    const qlonglong value = plain.toLongLong(&fine);
    return fine ? std::optional<std::int64_t>(value) : std::nullopt;
}

std::optional<double> realOf(const Config& number)
{
    if (const auto* integer = number.as<std::int64_t>())
        return static_cast<double>(*integer);
    if (const auto* real = number.as<double>())
        return *real;
    return std::nullopt;
}

} // namespace lb
