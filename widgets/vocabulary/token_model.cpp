#include "widgets/vocabulary/token_model.h"

#include "widgets/theme/theme.h"

#include <QLocale>

#include <algorithm>
#include <cmath>

namespace lb {
namespace {

/// Control characters and what would break the row, written out.
QString visible(const std::string& token)
{
    QString text = QString::fromStdString(token);
    for (const auto& [raw, shown] : {std::pair{"\n", "\\n"}, {"\t", "\\t"}, {"\r", "\\r"}})
        text.replace(raw, shown);
    return text.isEmpty() ? QStringLiteral("\"\"") : text;
}

} // namespace

TokenModel::TokenModel(QObject* parent)
    : QAbstractTableModel(parent)
{
}

void TokenModel::setVocabulary(VocabularyHandle vocabulary)
{
    beginResetModel();
    m_vocabulary = std::move(vocabulary);
    std::int64_t most = 1;
    if (m_vocabulary && m_vocabulary->counted())
        most = std::max(most, *std::ranges::max_element(m_vocabulary->counts));
    m_logOfMost = std::log(static_cast<double>(most) + 1);
    m_order = VocabularyOrder(m_vocabulary, m_by, m_descending, m_part, m_pinnedOnly);
    endResetModel();
}

void TokenModel::setPinnedOnly(bool only)
{
    if (only == m_pinnedOnly)
        return;
    m_pinnedOnly = only;
    reorder();
}

void TokenModel::setFilter(const QString& part)
{
    if (part.toStdString() == m_part)
        return;
    m_part = part.toStdString();
    reorder();
}

int TokenModel::rowOf(std::size_t id) const
{
    return static_cast<int>(m_order.rowOf(id));
}

int TokenModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_order.size());
}

int TokenModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

QString TokenModel::kindOf(std::size_t id) const
{
    if (!m_vocabulary->isSpecial(id))
        return m_vocabulary->isPinned(id) ? "pinned" : "";
    return static_cast<std::int64_t>(id) == m_vocabulary->padding ? "padding" : "oov";
}

QString TokenModel::textAt(std::size_t id, int column) const
{
    const VocabularyReport& all = *m_vocabulary;
    const QString none = QStringLiteral("–");
    const auto number = [&](const std::vector<std::int64_t>& values) {
        return id < values.size() && values[id] >= 0 && !all.isSpecial(id)
            ? QLocale().toString(static_cast<qlonglong>(values[id]))
            : none;
    };
    switch (column) {
    case Id:
        return QString::number(id);
    case Word:
        return visible(all.tokens[id]);
    case Count:
        return number(all.counts);
    case Documents:
        return number(all.documents);
    case Idf:
        return id < all.idf.size() && !all.isSpecial(id) ? QLocale().toString(all.idf[id], 'f', 3)
                                                         : none;
    case Cumulative:
        return all.counted() && !all.isSpecial(id)
            ? QLocale().toString(100 * m_order.cumulative(id), 'f', 1)
            : none;
    default:
        return {};
    }
}

QVariant TokenModel::data(const QModelIndex& index, int role) const
{
    if (!m_vocabulary || !index.isValid())
        return {};
    const std::size_t id = idAt(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return textAt(id, index.column());
    case Qt::EditRole: // as it is, without the marks for what cannot be seen
        return index.column() == Word ? QString::fromStdString(m_vocabulary->tokens[id])
                                      : textAt(id, index.column());
    case Qt::ToolTipRole:
        return index.column() == Word ? QVariant(textAt(id, Word)) : QVariant();
    case Qt::TextAlignmentRole:
        return index.column() == Word ? QVariant(Qt::AlignLeft | Qt::AlignVCenter)
                                       : QVariant(Qt::AlignRight | Qt::AlignVCenter);
    case Qt::FontRole:
        return uiFont(FontRole::Mono);
    case ShareRole:
        return m_vocabulary->counted() && !m_vocabulary->isSpecial(id)
            ? std::log(static_cast<double>(m_vocabulary->counts[id]) + 1) / m_logOfMost
            : 0.0;
    case KindRole:
        return kindOf(id);
    default:
        return {};
    }
}

QVariant TokenModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return section == Word || section == Bar ? QVariant(Qt::AlignLeft | Qt::AlignVCenter)
                                                  : QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Id:
        return tr("id");
    case Word:
        return tr("token");
    case Bar:
        return tr("log count");
    case Count:
        return tr("count");
    case Documents:
        return tr("doc freq");
    case Idf:
        return tr("idf");
    case Cumulative:
        return tr("cum. %");
    default:
        return {};
    }
}

void TokenModel::sort(int column, Qt::SortOrder order)
{
    using By = VocabularyOrder::By;
    m_by = column == Word                        ? By::Word
        : column == Count || column == Bar        ? By::Count
        : column == Documents                     ? By::Documents
        : column == Idf                           ? By::Idf
        : column == Cumulative                    ? By::Count
                                                  : By::Id;
    m_descending = order == Qt::DescendingOrder;
    if (column == Cumulative) // the most frequent one has the least share
        m_descending = !m_descending;
    reorder();
}

void TokenModel::reorder()
{
    beginResetModel();
    m_order = VocabularyOrder(m_vocabulary, m_by, m_descending, m_part, m_pinnedOnly);
    endResetModel();
}

Qt::ItemFlags TokenModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    return index.isValid() && index.column() == Word && !m_vocabulary->isSpecial(idAt(index.row()))
        ? flags | Qt::ItemIsEditable
        : flags;
}

bool TokenModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::EditRole || !(flags(index) & Qt::ItemIsEditable))
        return false;
    const std::size_t id = idAt(index.row());
    if (value.toString().toStdString() != m_vocabulary->tokens[id])
        Q_EMIT renameRequested(static_cast<qint64>(id), value.toString());
    return true;
}

} // namespace lb
