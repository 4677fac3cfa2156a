#pragma once

#include "core/training/trainer.h"

#include <QAbstractTableModel>
#include <QTableView>

namespace lb {

/// The epochs of a run, newest first; the one that runs stands on top.
class EpochModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Epoch, TrainLoss, ValLoss, TrainAccuracy, ValAccuracy, Seconds, Rate, Note, Count };
    static constexpr int kProgressRole = Qt::UserRole; ///< 0..1 in Note of the running epoch
    static constexpr int kBestRole = Qt::UserRole + 1;

    using QAbstractTableModel::QAbstractTableModel;

    void clear();
    void setRows(bool rows); ///< not pictures: of what the rate is
    void addEpochs(const std::vector<EpochPoint>& epochs, std::int64_t samples);
    /// The epoch that runs; a snapshot whose epoch is done or that does not run takes it away.
    void setRunning(const TrainSnapshot& snapshot, double seconds);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        EpochPoint point;
        double rate = 0;
    };
    QString text(const Row& row, int column) const;
    QString note(std::size_t index) const;

    std::vector<Row> m_done; // oldest first
    std::int64_t m_best = -1;
    std::optional<Row> m_running;
    double m_progress = 0;
    bool m_rows = false;
};

class EpochTable : public QTableView {
    Q_OBJECT
public:
    explicit EpochTable(EpochModel* model, QWidget* parent = nullptr);
};

} // namespace lb
