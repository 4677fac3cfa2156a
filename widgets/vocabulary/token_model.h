#pragma once

#include "core/preview/vocabulary_report.h"

#include <QAbstractTableModel>

namespace lb {

/// A vocabulary as a table that a view asks row by row; a million tokens cost what is on screen.
class TokenModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Id, Word, Bar, Count, Documents, Idf, Cumulative, kColumns };
    /// Data roles besides the texts.
    enum Role {
        ShareRole = Qt::UserRole, ///< of the bar's length, 0..1 on a logarithmic scale
        KindRole, ///< "padding", "oov", "pinned" or "" for another learned token
    };

    explicit TokenModel(QObject* parent = nullptr);

    void setVocabulary(VocabularyHandle vocabulary);
    const VocabularyHandle& vocabulary() const { return m_vocabulary; }
    void setFilter(const QString& part); ///< tokens that hold it; "" all
    void setPinnedOnly(bool only);
    int rowOf(std::size_t id) const; ///< -1 if it is not shown
    std::size_t idAt(int row) const { return m_order.id(static_cast<std::size_t>(row)); }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

signals:
    void renameRequested(qint64 id, const QString& token); ///< the owner changes the vocabulary

private:
    void reorder();
    QString textAt(std::size_t id, int column) const;
    QString kindOf(std::size_t id) const;

    VocabularyHandle m_vocabulary;
    VocabularyOrder m_order;
    VocabularyOrder::By m_by = VocabularyOrder::By::Id;
    bool m_descending = false;
    std::string m_part;
    bool m_pinnedOnly = false;
    double m_logOfMost = 1;
};

} // namespace lb
