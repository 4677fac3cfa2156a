#pragma once

#include <QWidget>

#include <cstdint>
#include <vector>

namespace lb {

/// One line of a CheckpointList.
struct CheckpointRow {
    std::int64_t epoch = 0; ///< from 0
    double accuracy = 0; ///< validation; NaN: none
    bool best = false;
    bool kept = true; ///< its weights are still in memory
    bool partial = false; ///< the run was stopped within the epoch
    bool operator==(const CheckpointRow&) const = default;
};

/// The checkpoints of a run on a line, newest first. The chosen one is what export, predict and
/// previews use.
class CheckpointList : public QWidget {
    Q_OBJECT
public:
    explicit CheckpointList(QWidget* parent = nullptr);

    void setRows(std::vector<CheckpointRow> rows); ///< newest first; emits nothing
    void setChosen(std::int64_t epoch); ///< emits nothing; -1: none
    std::int64_t chosen() const { return m_chosen; }
    QRect rowRect(int row) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

signals:
    void epochChosen(qint64 epoch); ///< by the user; its weights are kept

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void choose(int row);

    std::vector<CheckpointRow> m_rows;
    std::int64_t m_chosen = -1;
};

} // namespace lb
