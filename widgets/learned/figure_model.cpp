#include "widgets/learned/figure_model.h"

#include "widgets/theme/theme.h"

#include <QHeaderView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTableView>

#include <algorithm>
#include <utility>

namespace lb {
namespace {

constexpr int kFigureRow = 24, kFigureBar = 5, kFigureChip = 16;

/// Bars and chips instead of texts.
class FigureDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        const QString tone = index.data(FigureModel::ToneRole).toString();
        QStyleOptionViewItem plain = option;
        initStyleOption(&plain, index);
        const QString text = std::exchange(plain.text, {});
        plain.widget->style()->drawControl(QStyle::CE_ItemViewItem, &plain, painter, plain.widget);
        if (const double bar = index.data(FigureModel::BarRole).toDouble(); bar > 0)
            paintBar(*painter, option.rect, bar);
        if (!tone.isEmpty())
            paintChip(*painter, option.rect, text, tone);
        else
            paintText(*painter, plain, text);
    }

private:
    /// As far from the edges as the header's texts are.
    static void paintText(QPainter& painter, const QStyleOptionViewItem& option, const QString& text)
    {
        const QRect room = option.rect.adjusted(8, 0, -8, 0);
        painter.setFont(option.font);
        painter.setPen(currentTheme().text);
        painter.drawText(room, static_cast<int>(option.displayAlignment),
                         option.fontMetrics.elidedText(text, Qt::ElideRight, room.width()));
    }
    static void paintBar(QPainter& painter, const QRect& cell, double share)
    {
        const QRectF bar(cell.left() + 8, cell.center().y() - kFigureBar / 2.0 + 0.5,
                         std::max(2.0, (cell.width() - 16) * std::min(share, 1.0)), kFigureBar);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(currentTheme().group.numeric);
        painter.drawRoundedRect(bar, kFigureBar / 2.0, kFigureBar / 2.0);
    }
    static void paintChip(QPainter& painter, const QRect& cell, const QString& text,
                          const QString& tone)
    {
        const Theme& theme = currentTheme();
        const bool ok = tone == "ok", warn = tone == "warn", error = tone == "error";
        const QFont font = uiFont(FontRole::Chip);
        const QRect chip(cell.left() + 8, cell.center().y() - kFigureChip / 2 + 1,
                         QFontMetrics(font).horizontalAdvance(text) + 12, kFigureChip);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(ok ? theme.okBg : warn ? theme.warnBg : error ? theme.errorBg : theme.hover);
        painter.drawRoundedRect(chip, 4, 4);
        painter.setPen(ok ? theme.ok : warn ? theme.warn : error ? theme.error : theme.text2);
        painter.setFont(font);
        painter.drawText(chip, Qt::AlignCenter, text);
    }
};

} // namespace

FigureModel::FigureModel(QStringList headers, QObject* parent)
    : QAbstractTableModel(parent)
    , m_headers(std::move(headers))
{
}

void FigureModel::setRows(int rows, Ask ask)
{
    m_rows = rows;
    m_ask = std::move(ask);
    reorder();
}

void FigureModel::setShown(std::function<bool(int row)> shown)
{
    m_shown = std::move(shown);
    reorder();
}

int FigureModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_order.size());
}

int FigureModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_headers.size());
}

QVariant FigureModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount() || !m_ask)
        return {};
    if (role == RowRole)
        return sourceRow(index.row());
    if (role == Qt::FontRole)
        return uiFont(FontRole::Mono);
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole && role != Qt::TextAlignmentRole
        && role != BarRole && role != ToneRole)
        return {};
    const Cell cell = m_ask(sourceRow(index.row()), index.column());
    switch (role) {
    case BarRole:
        return cell.bar;
    case ToneRole:
        return cell.tone;
    case Qt::TextAlignmentRole:
        return QVariant((cell.isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    default:
        return cell.bar >= 0 ? QVariant() : QVariant(cell.text);
    }
}

QVariant FigureModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::DisplayRole)
        return m_headers.value(section);
    if (role == Qt::TextAlignmentRole && m_rows > 0 && m_ask) {
        const bool right = m_ask(0, section).isNumber && m_ask(0, section).bar < 0;
        return QVariant((right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    return {};
}

void FigureModel::sort(int column, Qt::SortOrder order)
{
    m_column = column;
    m_direction = order;
    reorder();
}

void FigureModel::reorder()
{
    beginResetModel();
    m_order.clear();
    for (int row = 0; row < m_rows; ++row)
        if (!m_shown || m_shown(row))
            m_order.push_back(row);
    if (m_column >= 0 && m_column < columnCount() && m_ask) {
        std::vector<Cell> keys(static_cast<std::size_t>(m_rows));
        for (const int row : m_order)
            keys[static_cast<std::size_t>(row)] = m_ask(row, m_column);
        const auto below = [&](int a, int b) {
            const Cell& left = keys[static_cast<std::size_t>(a)];
            const Cell& right = keys[static_cast<std::size_t>(b)];
            return left.isNumber ? left.number < right.number : left.text < right.text;
        };
        std::ranges::stable_sort(m_order, [&](int a, int b) {
            return m_direction == Qt::AscendingOrder ? below(a, b) : below(b, a);
        });
    }
    endResetModel();
}

QTableView* makeFigureTable(FigureModel* model, const QString& name, int stretched,
                            const std::vector<int>& widths)
{
    auto* table = new QTableView;
    model->setParent(table);
    table->setModel(model);
    table->setItemDelegate(new FigureDelegate(table));
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setShowGrid(false);
    table->setFrameShape(QFrame::NoFrame);
    table->setWordWrap(false);
    table->setAccessibleName(name);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(kFigureRow);
    table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setMinimumSectionSize(40);
    table->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    table->setSortingEnabled(true);
    for (std::size_t i = 0; i < widths.size(); ++i)
        table->setColumnWidth(static_cast<int>(i), widths[i]);
    if (stretched >= 0)
        table->horizontalHeader()->setSectionResizeMode(stretched, QHeaderView::Stretch);
    return table;
}

} // namespace lb
