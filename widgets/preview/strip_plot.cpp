#include "widgets/preview/strip_plot.h"

#include <QCoreApplication>

#include <cmath>
#include <numeric>

namespace lb {

QString drawnText(const RandomLayerType& type, const DrawnRange& range, double number)
{
    Transformation drawn;
    for (const std::string& name : range.names)
        drawn[name] = Tensor::make<float>(
            {1}, [&](std::span<float> out) { out[0] = static_cast<float>(number); });
    QString text = QString::fromStdString(type.shown(drawn, 0));
    if (std::abs(number) < 1e-9 && text.startsWith('+'))
        text.remove(0, 1);
    return text.replace('-', QChar(0x2212));
}

StripPlot stripPlot(const RandomLayerType& type, const DrawnRange& range,
                    std::vector<double> numbers)
{
    StripPlot plot;
    plot.low = range.low;
    plot.high = range.high;
    const auto text = [&](double number) { return drawnText(type, range, number); };
    const auto count = static_cast<double>(numbers.size());
    plot.title = ContactSheet::tr("%n draws, uniform from %1 to %2", nullptr,
                                  static_cast<int>(numbers.size()))
                     .arg(text(range.low), text(range.high));
    if (!numbers.empty()) {
        const double mean = std::accumulate(numbers.begin(), numbers.end(), 0.0) / count;
        double squares = 0;
        for (const double number : numbers)
            squares += (number - mean) * (number - mean);
        plot.summary = ContactSheet::tr("mean %1  sd %2")
                           .arg(text(mean), QString::number(std::sqrt(squares / count), 'g', 3));
    }
    for (int i = 0; i <= 4; ++i)
        plot.ticks << text(range.low + (range.high - range.low) * i / 4);
    plot.numbers = std::move(numbers);
    return plot;
}

QString sizesText(const Shape& shape)
{
    QStringList sizes;
    for (const std::int64_t size : shape)
        sizes << QString::number(size);
    return sizes.isEmpty() ? ContactSheet::tr("scalar") : sizes.join("×");
}

} // namespace lb
