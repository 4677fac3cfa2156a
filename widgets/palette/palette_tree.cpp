#include "widgets/palette/palette_tree.h"

#include "widgets/canvas/canvas_view.h"
#include "widgets/theme/theme.h"

#include <QDrag>
#include <QMimeData>
#include <QPainter>

namespace lb {
namespace {

About::Family familyOf(const QModelIndex& index)
{
    return static_cast<About::Family>(index.data(FamilyRole).toInt());
}

void paintFamily(QPainter& painter, const QRect& row, const QModelIndex& index, bool expanded)
{
    const Theme& theme = currentTheme();
    paintIcon(painter, QRectF(row.left() + 10, row.center().y() - 5, 10, 10),
              expanded ? "chevron-down" : "chevron-right", theme.text2);
    painter.setFont(uiFont(FontRole::Title));
    painter.setPen(theme.text2);
    painter.drawText(row.adjusted(26, 0, -40, 0), Qt::AlignVCenter, index.data().toString());
    painter.setFont(uiFont(FontRole::Hint));
    painter.setPen(theme.text3);
    painter.drawText(row.adjusted(0, 0, -12, 0), Qt::AlignVCenter | Qt::AlignRight,
                     index.data(CountRole).toString());
}

QPixmap dragPicture(const QString& kerasClass, About::Family family, qreal ratio)
{
    const QFontMetrics metrics(uiFont(FontRole::Title));
    const QSize size(metrics.horizontalAdvance(kerasClass) + 42, 28);
    QPixmap picture(size * ratio);
    picture.setDevicePixelRatio(ratio);
    picture.fill(Qt::transparent);
    const Theme& theme = currentTheme();
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme.accent);
    painter.setBrush(theme.raised);
    painter.drawRoundedRect(QRectF(0.5, 0.5, size.width() - 1, size.height() - 1), 8, 8);
    paintTile(painter, QRectF(6, 5, 18, 18), layerIcon(kerasClass.toStdString()),
              layerColor(kerasClass.toStdString(), family));
    painter.setFont(uiFont(FontRole::Title));
    painter.setPen(theme.text);
    painter.drawText(QRect(30, 0, size.width() - 30, size.height()), Qt::AlignVCenter, kerasClass);
    return picture;
}

} // namespace

void PaletteDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                            const QModelIndex& index) const
{
    const Theme& theme = currentTheme();
    const QString kerasClass = index.data(ClassRole).toString();
    // The view indents children; rows are drawn over the whole width all the same.
    QRect row = option.rect;
    row.setLeft(0);
    painter->save();
    if (option.state & QStyle::State_Selected)
        painter->fillRect(row, theme.accentBg);
    else if (option.state & QStyle::State_MouseOver)
        painter->fillRect(row, theme.hover);
    if (kerasClass.isEmpty()) {
        if (rail)
            painter->fillRect(QRect(12, row.center().y(), row.width() - 24, 1), theme.line);
        else
            paintFamily(*painter, row, index, option.state & QStyle::State_Open);
    } else {
        const double left = rail ? row.center().x() - 8 : row.left() + 24;
        const std::string name = kerasClass.toStdString();
        paintTile(*painter, QRectF(left, row.center().y() - 8, 18, 18), layerIcon(name),
                  layerColor(name, familyOf(index)));
        if (!rail) {
            painter->setFont(uiFont(FontRole::Base));
            painter->setPen(theme.text);
            const QRect place = row.adjusted(50, 0, -8, 0);
            painter->drawText(place, Qt::AlignVCenter,
                              QFontMetrics(painter->font())
                                  .elidedText(index.data().toString(), Qt::ElideRight,
                                              place.width()));
        }
    }
    painter->restore();
}

QSize PaletteDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    const bool family = index.data(ClassRole).toString().isEmpty();
    return {100, family && rail ? 9 : 24};
}

PaletteTree::PaletteTree(QWidget* parent)
    : QTreeWidget(parent)
{
    setHeaderHidden(true);
    setIndentation(0);
    setRootIsDecorated(false);
    setMouseTracking(true);
    setExpandsOnDoubleClick(false);
    setDragEnabled(true);
    setDragDropMode(QAbstractItemView::DragOnly);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setUniformRowHeights(false);
    setItemDelegate(new PaletteDelegate(this));
}

void PaletteTree::setRail(bool rail)
{
    static_cast<PaletteDelegate*>(itemDelegate())->rail = rail;
    setVerticalScrollBarPolicy(rail ? Qt::ScrollBarAlwaysOff : Qt::ScrollBarAsNeeded);
    scheduleDelayedItemsLayout();
}

QStringList PaletteTree::mimeTypes() const
{
    return {kLayerMime};
}

QMimeData* PaletteTree::mimeData(const QList<QTreeWidgetItem*>& items) const
{
    const QString kerasClass = items.isEmpty() ? QString()
                                               : items.first()->data(0, ClassRole).toString();
    if (kerasClass.isEmpty())
        return nullptr;
    auto* mime = new QMimeData;
    mime->setData(kLayerMime, kerasClass.toUtf8());
    return mime;
}

void PaletteTree::startDrag(Qt::DropActions)
{
    QMimeData* mime = mimeData(selectedItems());
    if (!mime)
        return;
    auto* drag = new QDrag(this);
    drag->setMimeData(mime);
    const QPixmap picture
        = dragPicture(QString::fromUtf8(mime->data(kLayerMime)),
                      static_cast<About::Family>(currentItem()->data(0, FamilyRole).toInt()),
                      devicePixelRatioF());
    drag->setPixmap(picture);
    drag->setHotSpot({12, 14});
    drag->exec(Qt::CopyAction);
}

} // namespace lb
