#pragma once

#include <QStatusBar>

class QLabel;
class QProgressBar;
class QToolButton;

namespace lb {

class ElidedLabel;

/// The row at the window's foot: problems, data, jobs, memory, seed, zoom.
class StatusLine : public QStatusBar {
    Q_OBJECT
public:
    explicit StatusLine(QWidget* parent);

    void setProblems(int errors, int warnings);
    void setData(const QString& text); ///< "8,192 images, ten classes"
    void setSeed(qint64 seed);
    void setZoom(double factor);
    void setSentence(const QString& sentence); ///< what the canvas does just now; "" ends
    void showFor(const QString& sentence, int ms);
    void takeBack(); ///< what is shown for a while
    void takeBack(const QString& sentence); ///< the same where that is this one
    QString sentence() const;
    void setTrouble(const QString& short_, const QString& why); ///< a badge; "" takes it away
    void startJob(const QString& name);
    void setJob(double done, double total);
    void setJobPace(double rowsPerSecond, double secondsLeft); ///< 0: cannot be told yet
    void endJob();

signals:
    void problemsClicked();
    void cancelJob();

private:
    void measureMemory();

    QToolButton* m_problems; // Qt children
    ElidedLabel* m_sentence;
    QLabel *m_data, *m_memory, *m_seed, *m_zoom, *m_trouble, *m_jobName, *m_jobPace;
    QWidget* m_job;
    QProgressBar* m_bar;
    QTimer* m_clear;
    QString m_lasting;
};

} // namespace lb
