#pragma once

#include <QAbstractTableModel>
#include <QStringList>

#include <functional>
#include <vector>

class QTableView;

namespace lb {

/// Rows of texts and numbers that a view asks for one by one: what is not on screen costs nothing.
/// Numbers stand at the right and sort as numbers.
class FigureModel : public QAbstractTableModel {
    Q_OBJECT
public:
    /// Data roles besides the texts.
    enum Role {
        BarRole = Qt::UserRole, ///< length of a bar instead of a text, 0..1
        RowRole, ///< of the cell in setRows()
        ToneRole, ///< "", "ok", "warn", "error" of a chip around the text
    };
    /// A QString, or a number with the text that it is shown as.
    struct Cell {
        QString text;
        double number = 0;
        bool isNumber = false;
        double bar = -1; ///< 0..1: drawn as a bar
        QString tone = {};

        static Cell of(const QString& text) { return {text}; }
        static Cell of(double number, const QString& text) { return {text, number, true}; }
    };
    using Ask = std::function<Cell(int row, int column)>;

    explicit FigureModel(QStringList headers, QObject* parent = nullptr);

    void setRows(int rows, Ask ask); ///< keeps the order that the user chose
    void setShown(std::function<bool(int row)> shown); ///< rows that are not hidden; empty: all
    int sourceRow(int row) const { return m_order[static_cast<std::size_t>(row)]; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

private:
    void reorder();

    QStringList m_headers;
    int m_rows = 0;
    Ask m_ask;
    std::function<bool(int row)> m_shown;
    std::vector<int> m_order;
    int m_column = -1;
    Qt::SortOrder m_direction = Qt::AscendingOrder;
};

/// A table with the look of the program's other ones. `stretched` is the column that takes the room
/// that is left.
QTableView* makeFigureTable(FigureModel* model, const QString& name, int stretched,
                            const std::vector<int>& widths);

} // namespace lb
