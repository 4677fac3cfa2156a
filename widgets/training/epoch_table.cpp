#include "widgets/training/epoch_table.h"

#include "widgets/support/number_text.h"
#include "widgets/theme/theme.h"
#include "widgets/training/run_series.h"

#include <QHeaderView>
#include <QPainter>
#include <QStyledItemDelegate>

#include <cmath>
#include <limits>

namespace lb {
namespace {

/// Draws the note: "best" as a chip, the running epoch's progress as a bar.
class NoteDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        const Theme& theme = currentTheme();
        QStyleOptionViewItem bare = option;
        initStyleOption(&bare, index);
        const QString text = bare.text;
        bare.text.clear();
        bare.widget->style()->drawControl(QStyle::CE_ItemViewItem, &bare, painter, bare.widget);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const QVariant progress = index.data(EpochModel::kProgressRole);
        QRect box = option.rect.adjusted(8, 0, -8, 0);
        if (progress.isValid()) {
            const QRectF track(box.left(), box.center().y() - 2, std::min(90, box.width() - 44), 6);
            painter->setPen(Qt::NoPen);
            painter->setBrush(theme.hover);
            painter->drawRoundedRect(track, 3, 3);
            QRectF bar = track;
            bar.setWidth(track.width() * progress.toDouble());
            painter->setBrush(theme.accent);
            painter->drawRoundedRect(bar, 3, 3);
            box.setLeft(static_cast<int>(track.right()) + 8);
        } else if (index.data(EpochModel::kBestRole).toBool()) {
            painter->setFont(uiFont(FontRole::Chip));
            const QRectF chip(box.left(), box.center().y() - 8,
                              painter->fontMetrics().horizontalAdvance(text) + 14, 17);
            painter->setPen(Qt::NoPen);
            painter->setBrush(theme.okBg);
            painter->drawRoundedRect(chip, 4, 4);
            painter->setPen(theme.ok);
            painter->drawText(chip, Qt::AlignCenter, text);
            painter->restore();
            return;
        }
        painter->setFont(uiFont(FontRole::Base));
        painter->setPen(theme.text2);
        painter->drawText(box, Qt::AlignVCenter | Qt::AlignLeft,
                          painter->fontMetrics().elidedText(text, Qt::ElideRight, box.width()));
        painter->restore();
    }
};

} // namespace

void EpochModel::clear()
{
    beginResetModel();
    m_done.clear();
    m_running.reset();
    m_best = -1;
    endResetModel();
}

void EpochModel::addEpochs(const std::vector<EpochPoint>& epochs, std::int64_t samples)
{
    if (epochs.empty())
        return;
    beginResetModel();
    for (const EpochPoint& point : epochs)
        m_done.push_back({point, point.seconds > 0 ? static_cast<double>(samples) / point.seconds : 0});
    std::vector<EpochPoint> all;
    for (const Row& row : m_done)
        all.push_back(row.point);
    m_best = bestEpoch(all);
    if (m_running && m_running->point.epoch <= m_done.back().point.epoch)
        m_running.reset();
    endResetModel();
}

void EpochModel::setRunning(const TrainSnapshot& snapshot, double seconds)
{
    const bool runs = (snapshot.state == RunState::Running || snapshot.state == RunState::Paused)
        && snapshot.epoch < snapshot.epochs && (m_done.empty() || snapshot.epoch > m_done.back().point.epoch);
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    const Row row{{snapshot.epoch, snapshot.loss, snapshot.accuracy, kNone, kNone, seconds},
                  snapshot.samplesPerSecond};
    m_progress = snapshot.steps > 0
        ? static_cast<double>(snapshot.step) / static_cast<double>(snapshot.steps)
        : 0;
    if (runs && m_running) {
        m_running = row;
        Q_EMIT dataChanged(index(0, 0), index(0, Count - 1));
    } else if (runs) {
        beginInsertRows({}, 0, 0);
        m_running = row;
        endInsertRows();
    } else if (m_running) {
        beginRemoveRows({}, 0, 0);
        m_running.reset();
        endRemoveRows();
    }
}

int EpochModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_done.size()) + (m_running ? 1 : 0);
}

int EpochModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : Count;
}

QString EpochModel::text(const Row& row, int column) const
{
    const EpochPoint& point = row.point;
    switch (column) {
    case Epoch:
        return QString::number(point.epoch + 1);
    case TrainLoss:
        return metricText(point.loss);
    case ValLoss:
        return metricText(point.valLoss);
    case TrainAccuracy:
        return metricText(point.accuracy);
    case ValAccuracy:
        return metricText(point.valAccuracy);
    case Seconds:
        if (point.seconds < 1)
            return tr("%1 ms").arg(point.seconds * 1'000, 0, 'f', point.seconds < 0.01 ? 1 : 0);
        return point.seconds < 60
            ? tr("%1 s").arg(point.seconds, 0, 'f', 1)
            : QString("%1:%2")
                  .arg(static_cast<int>(point.seconds) / 60)
                  .arg(static_cast<int>(point.seconds) % 60, 2, 10, QChar('0'));
    case Rate:
        return row.rate > 0 ? QString::number(row.rate, 'f', 0) : QString("–");
    default:
        return {};
    }
}

QString EpochModel::note(std::size_t index) const
{
    if (m_done[index].point.epoch == m_best)
        return tr("best");
    if (index > 0 && m_done[index].point.valLoss > m_done[index - 1].point.valLoss)
        return tr("val loss rose");
    return {};
}

QVariant EpochModel::data(const QModelIndex& index, int role) const
{
    const bool running = m_running && index.row() == 0;
    const std::size_t at = running ? 0 : m_done.size() - static_cast<std::size_t>(index.row()) - (m_running ? 0U : 1U);
    const Row& row = running ? *m_running : m_done[at];
    const Theme& theme = currentTheme();
    const bool best = !running && row.point.epoch == m_best;
    switch (role) {
    case Qt::DisplayRole:
        if (index.column() == Note)
            return running ? tr("%1 %").arg(m_progress * 100, 0, 'f', 0) : note(at);
        return text(row, index.column());
    case Qt::ToolTipRole:
        return index.column() == Note && !running ? note(at) : QVariant();
    case Qt::TextAlignmentRole:
        return static_cast<int>(
            (index.column() == Note ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    case Qt::FontRole:
        return uiFont(FontRole::Mono);
    case Qt::ForegroundRole:
        if (index.column() == Epoch && running)
            return theme.accent;
        if (index.column() == ValAccuracy && best)
            return theme.ok;
        return index.column() == Seconds || index.column() == Rate ? theme.text2 : theme.text;
    case kProgressRole:
        return running && index.column() == Note ? QVariant(m_progress) : QVariant();
    case kBestRole:
        return best;
    default:
        return {};
    }
}

void EpochModel::setRows(bool rows)
{
    m_rows = rows;
    Q_EMIT headerDataChanged(Qt::Horizontal, Rate, Rate);
}

QVariant EpochModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>((section == Note ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    const QStringList names{tr("epoch"), tr("train loss"), tr("val loss"), tr("train acc"),
                            tr("val acc"), tr("time"), m_rows ? tr("rows/s") : tr("img/s"), tr("note")};
    return names.value(section);
}

EpochTable::EpochTable(EpochModel* model, QWidget* parent)
    : QTableView(parent)
{
    setModel(model);
    setItemDelegateForColumn(EpochModel::Note, new NoteDelegate(this));
    setShowGrid(false);
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setEditTriggers(NoEditTriggers);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Epochs"));
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(24);
    verticalHeader()->setMinimumSectionSize(24);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    // The words need more room than the numbers: the longest note, or a bar and its per cent.
    const int words = QFontMetrics(uiFont(FontRole::Base)).horizontalAdvance(EpochModel::tr("val loss rose"));
    horizontalHeader()->setMinimumSectionSize(24);
    horizontalHeader()->setSectionResizeMode(EpochModel::Note, QHeaderView::Fixed);
    horizontalHeader()->resizeSection(EpochModel::Note, words + 24);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSectionsClickable(false);
}

} // namespace lb
