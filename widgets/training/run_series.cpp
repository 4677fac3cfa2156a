#include "widgets/training/run_series.h"

#include <QString>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace lb {
namespace {

double valueOf(const StepPoint& point, ChartValue value)
{
    return value == ChartValue::Loss ? point.loss : point.accuracy;
}

// The user's locale never reaches a file or the clipboard.
QString fileNumber(double value)
{
    if (!std::isfinite(value))
        return std::isnan(value) ? QString() : QString(value > 0 ? "inf" : "-inf");
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    return QString::fromLatin1(buffer, end - buffer);
}

} // namespace

void RunSeries::clear()
{
    m_steps.clear();
    m_times.clear();
    m_epochs.clear();
}

void RunSeries::addSteps(const std::vector<StepPoint>& steps, double elapsed)
{
    const double begin = m_times.empty() ? 0 : m_times.back();
    const double end = std::max(begin, elapsed);
    for (std::size_t i = 0; i < steps.size(); ++i) {
        m_steps.push_back(steps[i]);
        m_times.push_back(begin
                          + (end - begin) * static_cast<double>(i + 1)
                              / static_cast<double>(steps.size()));
    }
}

void RunSeries::addEpochs(const std::vector<EpochPoint>& epochs)
{
    m_epochs.insert(m_epochs.end(), epochs.begin(), epochs.end());
}

double RunSeries::secondsAt(std::int64_t step) const
{
    const auto at = std::ranges::lower_bound(m_steps, step, {}, &StepPoint::step);
    if (at == m_steps.end())
        return elapsed();
    return m_times[static_cast<std::size_t>(at - m_steps.begin())];
}

double RunSeries::xOf(std::int64_t step, ChartX x) const
{
    switch (x) {
    case ChartX::Epoch:
        return static_cast<double>(step + 1) / static_cast<double>(m_stepsPerEpoch);
    case ChartX::Step:
        return static_cast<double>(step + 1);
    case ChartX::Time:
        return secondsAt(step);
    }
    return 0;
}

QVector<QPointF> RunSeries::raw(ChartValue value, ChartX x, int most) const
{
    QVector<QPointF> result;
    const std::size_t count = m_steps.size();
    const auto stretches = static_cast<std::size_t>(std::max(1, most / 2));
    const std::size_t length = std::max<std::size_t>(1, (count + stretches - 1) / stretches);
    for (std::size_t begin = 0; begin < count; begin += length) {
        const std::size_t end = std::min(count, begin + length);
        std::size_t least = end, greatest = end;
        for (std::size_t i = begin; i < end; ++i) {
            const double y = valueOf(m_steps[i], value);
            if (!std::isfinite(y))
                continue;
            if (least == end || y < valueOf(m_steps[least], value))
                least = i;
            if (greatest == end || y > valueOf(m_steps[greatest], value))
                greatest = i;
        }
        if (least == end)
            continue;
        const auto add = [&](std::size_t i) {
            result.append({xOf(m_steps[i].step, x), valueOf(m_steps[i], value)});
        };
        add(std::min(least, greatest));
        if (least != greatest)
            add(std::max(least, greatest));
    }
    return result;
}

QVector<QPointF> RunSeries::smoothed(ChartValue value, ChartX x, double smoothing, int most) const
{
    QVector<QPointF> result;
    const std::size_t stride
        = std::max<std::size_t>(1, m_steps.size() / static_cast<std::size_t>(std::max(1, most)));
    double mean = 0, weight = 0;
    for (std::size_t i = 0; i < m_steps.size(); ++i) {
        const double y = valueOf(m_steps[i], value);
        if (!std::isfinite(y))
            continue;
        mean = smoothing * mean + (1 - smoothing) * y;
        weight = smoothing * weight + (1 - smoothing);
        if (i % stride == 0 || i + 1 == m_steps.size())
            result.append({xOf(m_steps[i].step, x), mean / weight});
    }
    return result;
}

QVector<QPointF> RunSeries::validation(ChartValue value, ChartX x) const
{
    QVector<QPointF> result;
    for (const EpochPoint& epoch : m_epochs) {
        const double y = value == ChartValue::Loss ? epoch.valLoss : epoch.valAccuracy;
        if (std::isfinite(y))
            result.append({xOf((epoch.epoch + 1) * m_stepsPerEpoch - 1, x), y});
    }
    return result;
}

std::int64_t bestEpoch(const std::vector<EpochPoint>& epochs)
{
    std::int64_t best = -1;
    double most = -1;
    for (const EpochPoint& epoch : epochs) {
        const double accuracy
            = std::isfinite(epoch.valAccuracy) ? epoch.valAccuracy : epoch.accuracy;
        if (accuracy > most) {
            most = accuracy;
            best = epoch.epoch;
        }
    }
    return best;
}

QString asCsv(const RunSeries& series)
{
    QString csv = "kind,epoch,step,loss,accuracy,val_loss,val_accuracy,seconds\n";
    for (const StepPoint& point : series.steps())
        csv += QString("step,%1,%2,%3,%4,,,%5\n")
                   .arg(point.step / series.stepsPerEpoch() + 1)
                   .arg(point.step + 1)
                   .arg(fileNumber(point.loss), fileNumber(point.accuracy),
                        fileNumber(series.secondsAt(point.step)));
    for (const EpochPoint& epoch : series.epochs())
        csv += QString("epoch,%1,%2,%3,%4,%5,%6,%7\n")
                   .arg(epoch.epoch + 1)
                   .arg((epoch.epoch + 1) * series.stepsPerEpoch())
                   .arg(fileNumber(epoch.loss), fileNumber(epoch.accuracy), fileNumber(epoch.valLoss),
                        fileNumber(epoch.valAccuracy), fileNumber(epoch.seconds));
    return csv;
}

} // namespace lb
