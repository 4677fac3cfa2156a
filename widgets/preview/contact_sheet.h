#pragma once

#include "core/preview/value_words.h"

#include <QAbstractScrollArea>
#include <QImage>
#include <QTimer>

#include <vector>

namespace lb {

struct SheetCell {
    QImage picture;
    QString caption; ///< what was drawn, in mono
    bool isHint = false; ///< caption in text3: the original
    bool isBusy = false; ///< a ring, after 200 ms of waiting
    QString error; ///< instead of a picture
    ValueWords words = {}; ///< instead of a picture, where they tell more
};

struct SheetRow {
    QString name, size; ///< "chelsea.png", "451×300"
    std::vector<SheetCell> cells; ///< a column each
};

/// Every number that was drawn, on a line from the least to the most that can be drawn.
struct StripPlot {
    std::vector<double> numbers;
    double low = 0, high = 1;
    QString title, summary; ///< "24 draws, uniform in −36° to +36°", "mean +0.8° sd 21.0°"
    QStringList ticks; ///< evenly spread from low to high
    QString sentence; ///< instead of a plot
};

/// Pinned samples by draws, painted; extremes and a strip plot in the last row. It holds pictures
/// only, and keeps the old one of a cell until it gets another.
class ContactSheet : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit ContactSheet(QWidget* parent = nullptr);

    void setLayoutOf(const QStringList& columns, std::vector<SheetRow> rows); ///< keeps pictures of
                                                                              ///< cells that stay
    void setCell(int row, int column, const QImage& picture, const QString& caption,
                 const ValueWords& words = {});
    void setError(int row, int column, const QString& error);
    void setBusy(int row, int column, bool busy);
    /// The last row: up to three cells, and the plot. No cells and no sentence: there is none.
    void setExtremes(std::vector<SheetCell> cells, StripPlot plot);
    void setExtreme(int index, const QImage& picture);
    void setCurrentRow(int row); ///< whose numbers the probe shows
    void setEmptyText(const QString& sentence); ///< shown while there are no rows

    const std::vector<SheetRow>& rows() const { return m_rows; }
    const std::vector<SheetCell>& extremes() const { return m_extremes; }
    const StripPlot& plot() const { return m_plot; }
    std::pair<int, int> visibleRows() const; ///< first, last
    QRect cellRect(int row, int column) const; ///< the picture's place, viewport coordinates
    QRect pinRect(int row) const;
    int cellHeight() const { return m_cell; }

signals:
    void visibleChanged();
    void rowPicked(int row);
    void unpinRequested(int row);
    void zoomed(); ///< cells have another size

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    int columnWidth() const { return columnWidth(m_cell); }
    int columnWidth(int cell) const;
    int rowHeight() const { return rowHeight(m_cell); }
    int rowHeight(int cell) const;
    int contentWidth(int cell) const;
    int contentHeight(int cell) const;
    int fittingCell() const;
    int pitch() const; ///< from column to column
    void describe(); ///< the current row, for screen readers
    void updateBars();
    enum class Captions : std::uint8_t { Whole, Short, Tiny }; ///< one look for all cells
    Captions captionLook() const;
    int captionWidth(int width) const;
    QString shownCaption(const SheetCell& cell, int width, Captions look) const;
    void paintCell(QPainter& painter, const QRect& place, const SheetCell& cell, bool framed) const;
    void paintRow(QPainter& painter, int row) const;
    void paintRefusal(QPainter& painter, const QRect& place, const QString& reason) const;
    bool isRefused(int row) const; ///< nothing came out of the node, for any draw
    QRect refusalRect(int row) const;
    void paintExtremes(QPainter& painter) const;
    void paintPlot(QPainter& painter, const QRect& box) const;
    QRect extremeRect(int index) const;

    QStringList m_columns;
    std::vector<SheetRow> m_rows;
    std::vector<SheetCell> m_extremes;
    StripPlot m_plot;
    QString m_emptyText;
    Captions m_captions = Captions::Whole;
    int m_current = 0, m_cell = 60, m_hoveredPin = -1;
    bool m_isFitted = true; ///< cells take the size that fits, until the user chooses one
    QTimer m_ring; // turns the busy rings
    int m_turn = 0;
};

} // namespace lb
