#pragma once

#include "core/training/trainer.h"

#include <QPointF>
#include <QVector>

#include <vector>

namespace lb {

enum class ChartX : std::uint8_t { Epoch, Step, Time };
enum class ChartValue : std::uint8_t { Loss, Accuracy };

/// The series of one run, lossless, with the time at which each step came. Steps and epochs count
/// from 0, as the trainer's do; on an axis, in tables and in CSV the first is 1.
class RunSeries {
public:
    void clear();
    void setStepsPerEpoch(std::int64_t steps) { m_stepsPerEpoch = std::max<std::int64_t>(1, steps); }
    std::int64_t stepsPerEpoch() const { return m_stepsPerEpoch; }
    /// `elapsed`: seconds of training at the last of `steps`; those between are spread evenly.
    void addSteps(const std::vector<StepPoint>& steps, double elapsed);
    void addEpochs(const std::vector<EpochPoint>& epochs);

    const std::vector<StepPoint>& steps() const { return m_steps; }
    const std::vector<EpochPoint>& epochs() const { return m_epochs; }
    double elapsed() const { return m_times.empty() ? 0 : m_times.back(); }
    double secondsAt(std::int64_t step) const; ///< of training until the step was done

    /// At most `most` points of the train series; where there are more steps, each stretch gives
    /// its least and its greatest value, so that no spike is lost.
    QVector<QPointF> raw(ChartValue value, ChartX x, int most) const;
    /// Exponential moving average, corrected for its start; `smoothing` 0 (as it is) to 0.99.
    QVector<QPointF> smoothed(ChartValue value, ChartX x, double smoothing, int most) const;
    /// One point an epoch, never smoothed; epochs without validation give none.
    QVector<QPointF> validation(ChartValue value, ChartX x) const;
    double xOf(std::int64_t step, ChartX x) const; ///< where the end of the step stands

private:
    std::int64_t m_stepsPerEpoch = 1;
    std::vector<StepPoint> m_steps;
    std::vector<double> m_times; // parallel to m_steps
    std::vector<EpochPoint> m_epochs;
};

/// The epoch with the best validation accuracy (train accuracy where there is no validation);
/// -1 if there is none.
std::int64_t bestEpoch(const std::vector<EpochPoint>& epochs);
/// One line a step and one an epoch, for a spreadsheet.
QString asCsv(const RunSeries& series);

} // namespace lb
