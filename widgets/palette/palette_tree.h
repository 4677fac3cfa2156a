#pragma once

#include "core/layers/layer.h"

#include <QStyledItemDelegate>
#include <QTreeWidget>

namespace lb {

/// What a row of the palette knows.
enum PaletteRole {
    ClassRole = Qt::UserRole, ///< Keras class; empty for a family
    FamilyRole, ///< About::Family as int
    CountRole, ///< of a family: how many layers it shows
};

/// The rows: families with their count, layers with their tile. Rows of layers can be dragged.
class PaletteTree : public QTreeWidget {
public:
    explicit PaletteTree(QWidget* parent);
    void setRail(bool rail); ///< tiles only

protected:
    void startDrag(Qt::DropActions actions) override;
    QStringList mimeTypes() const override;
    QMimeData* mimeData(const QList<QTreeWidgetItem*>& items) const override;
    void drawBranches(QPainter*, const QRect&, const QModelIndex&) const override { }
};

/// Draws both kinds of rows as the palette's picture shows them, 24 px high.
class PaletteDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

    bool rail = false;
};

} // namespace lb
