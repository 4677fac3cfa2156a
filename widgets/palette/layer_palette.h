#pragma once

#include "core/layers/registry.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QToolButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace lb {

/// All layers by family, with a search. A row can be dragged to the canvas (kLayerMime); a double
/// click or Enter asks for the layer behind the selection.
class LayerPalette : public QWidget {
    Q_OBJECT
public:
    static constexpr int kWidth = 208, kRailWidth = 48;

    explicit LayerPalette(const LayerRegistry& registry, QWidget* parent = nullptr);

    void focusSearch(); ///< opens the palette if it is a rail
    void setCollapsed(bool collapsed); ///< a rail of icons, 48 px wide
    bool isCollapsed() const { return m_collapsed; }
    QStringList shown() const; ///< the Keras classes that the search leaves, in order

    // For tests: where a row is, in viewport coordinates of rows(); scrolls to it.
    QPoint rowCenter(const QString& kerasClass) const;
    QWidget* rows() const;

signals:
    void addRequested(const QString& kerasClass);
    void collapsedChanged(bool collapsed);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fill(const LayerRegistry& registry);
    void filter(const QString& words);
    void add(QTreeWidgetItem* item);
    QTreeWidgetItem* firstShown() const;

    bool m_collapsed = false;
    QLineEdit* m_search;
    QTreeWidget* m_tree;
    QWidget* m_header;
    QWidget* m_empty;
    QLabel* m_emptyText;
    QToolButton* m_toggle;
};

} // namespace lb
