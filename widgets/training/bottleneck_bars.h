#pragma once

#include <QColor>
#include <QStringList>
#include <QWidget>

#include <vector>

class QPainter;

namespace lb {

/// What is known of how fast the two halves of a run are.
struct Bottleneck {
    QStringList calls; ///< names of the pipeline's layers
    std::vector<double> callMs; ///< a sample each, of one worker
    int workers = 1;
    double samplesPerSecond = 0; ///< of the run
    double queue = 0; ///< filled share of the prefetched batches, 0..1
    int queueBatches = 4;
    bool rows = false; ///< not pictures

    double pipelineCapacity() const; ///< samples a second that the workers could give; 0: unknown
    double pipelineLoad() const; ///< 0..1
    /// The queue is full, or was emptied a moment ago (an epoch begins) while the workers idle.
    bool modelBound() const { return queue >= 0.5 || (pipelineCapacity() > 0 && pipelineLoad() < 0.7); }
};

/// Who starves whom: the load of the pipeline, whether the model waits, and the queue between.
class BottleneckBars : public QWidget {
    Q_OBJECT
public:
    explicit BottleneckBars(QWidget* parent = nullptr);

    void setBottleneck(const Bottleneck& bottleneck);
    QString verdict() const; ///< one sentence
    QSize sizeHint() const override { return {400, 104}; }
    QSize minimumSizeHint() const override { return {240, 104}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    static constexpr int kBarLeft = 90;
    struct Bar {
        const char* icon = "";
        QString name;
        double load = 0; ///< 0..1
        QColor color;
        QString words; ///< behind it
    };
    void paintVerdictChip(QPainter& painter) const;
    void paintBar(QPainter& painter, int y, const Bar& bar) const;
    void paintQueue(QPainter& painter, int y, bool measured, const QString& unknown) const;
    QString supplied() const; ///< what the pipeline gave of what it could give
    int barRight() const;

    Bottleneck m_bottleneck;
};

} // namespace lb
