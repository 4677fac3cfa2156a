#pragma once

#include "core/data/source.h"

#include <QAbstractScrollArea>

#include <memory>
#include <unordered_set>

namespace lb {

class SampleLoader;

/// A grid of samples with their labels; texts and rows of tables are a list, tables under the names
/// of their columns. Only what is seen is decoded, on a worker, so that 50,000
/// scroll as well as 50.
class SampleGrid : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit SampleGrid(QWidget* parent = nullptr);
    ~SampleGrid() override;

    void setSource(std::shared_ptr<const Source> source); ///< shows nothing until setRows()
    void setRows(std::vector<std::int64_t> rows); ///< indices into the source, in this order
    void setValidation(std::vector<std::int64_t> rows); ///< these carry a mark
    void setTileSide(int side); ///< of a picture, pixels
    /// Words under the pictures instead of the class ("dog 0.96"), by row; empty: the class.
    void setCaptions(QStringList captions);
    void setEmptyText(const QString& sentence);
    QString emptyText() const { return m_emptyText; }

    const std::vector<std::int64_t>& rows() const { return m_rows; }
    std::int64_t current() const; ///< index of the current sample, -1 if there is none
    QRect tileRect(int place) const; ///< of the picture, in viewport coordinates
    bool settled() const; ///< every visible picture is there
    QImage pictureAt(int place) const; ///< null while it is not there
    QImage currentPicture() const; ///< null while it is not there
    QString currentFailure() const; ///< why the sample cannot be shown; else ""
    QString currentWords() const; ///< of a text or a row of a table; "" while it is not there

signals:
    void loaded(); ///< some pictures came
    void currentChanged(std::int64_t index); ///< by the user
    void pinRequested(std::int64_t index); ///< double-click, P or Enter

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    int columns() const;
    int pitchX() const;
    int pitchY() const;
    int placeAt(const QPoint& position) const; ///< -1: none
    std::pair<int, int> visiblePlaces() const;
    void arrange();
    void wishForVisible();
    void makeCurrent(int place);
    bool isList() const; ///< the source has no pictures
    int head() const; ///< pixels for the names of columns
    int tileHeight() const;
    void paintTile(QPainter& painter, int place) const;
    void paintLine(QPainter& painter, int place) const;
    void paintHead(QPainter& painter) const;
    std::vector<QRect> cells(const QRect& line) const; ///< for each column of a table
    QString tipOf(std::int64_t index) const;

    std::shared_ptr<const Source> m_source;
    SampleLoader* m_loader;
    std::vector<std::int64_t> m_rows;
    std::unordered_set<std::int64_t> m_validation;
    QStringList m_columns; ///< names, of a list with several
    QStringList m_captions;
    QString m_emptyText;
    int m_side = 64;
    int m_current = -1;
};

} // namespace lb
