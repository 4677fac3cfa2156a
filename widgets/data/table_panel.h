#pragma once

#include "core/data/table_schema.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;
class QTableWidget;
class QTableWidgetItem;

namespace lb {

/// What a project says of a table: fields of its Source layer.
struct TableSettings {
    bool isText = false; ///< columns are joined into one text
    bool isFile = true; ///< false: made by the program, with no dialect
    std::string label, separator = "auto", quote = "auto", header = "auto";
    Config columns = ConfigList{};
    bool operator==(const TableSettings&) const = default;
};

/// How a CSV file is read, and what each of its columns is taken for: separator, quote and header as
/// they were detected or chosen, the label, types, and what stands for missing values. It reports
/// wishes by the keys of the Source layer.
class TablePanel : public QWidget {
    Q_OBJECT
public:
    explicit TablePanel(QWidget* parent = nullptr);

    void setSettings(const TableSettings& settings); ///< emits nothing
    /// Emits nothing. No facts: no table yet; `names` are then those of the file's columns, so that
    /// another label may be chosen.
    void setTable(const std::optional<TableFacts>& facts, const std::vector<std::string>& names = {});

    QTableWidget* table() const { return m_table; }

signals:
    void edited(const QString& key, const lb::Config& value); ///< "separator", "columns", ..

protected:
    void showEvent(QShowEvent* event) override;

private:
    struct Row {
        WishedColumn wish;
        bool used = true;
        bool joined = false; ///< of several columns of the file, so its type stands
        std::int64_t missing = 0; ///< cells of the file without a value
        CellType found = CellType::Text; ///< what the data tell
    };
    void showDialect();
    void showColumns();
    void fitHeadings();
    void fillRow(int index);
    QTableWidgetItem* itemAt(int row, int place);
    QComboBox* typeChoiceAt(int index);
    void setColumns();
    std::vector<Row> rowsNow() const;
    QComboBox* addChoice(const QString& name, const QString& key);

    TableSettings m_settings;
    std::optional<TableFacts> m_facts;
    std::vector<std::string> m_names; ///< of columns that the label may be
    std::vector<Row> m_rows;
    QComboBox* m_separator; // Qt children
    QComboBox* m_quote;
    QComboBox* m_header;
    QComboBox* m_label;
    QWidget* m_dialect;
    QLabel* m_heading;
    QPushButton* m_asFound;
    QTableWidget* m_table;
    QLabel* m_more;
    bool m_filling = false;
};

} // namespace lb
