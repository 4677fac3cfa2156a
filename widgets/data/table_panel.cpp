#include "widgets/data/table_panel.h"

#include "widgets/support/controls.h"
#include "widgets/support/number_text.h"
#include "widgets/support/tab_order.h"
#include "widgets/theme/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace lb {
namespace {

constexpr int kMostShown = 200; ///< columns with editors of their own
enum Place : int { kName, kType, kMissing, kStandsFor, kPlaces };
constexpr std::array<std::string_view, 3> kTypes{"string", "int64", "float32"};

QString word(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

std::string quoteName(char quote)
{
    return quote == 0 ? "none" : std::string(1, quote);
}

/// What the user wrote for missing values, as the column's type; null where it is none.
Config missingOf(const QString& text, CellType type)
{
    if (type == CellType::Text)
        return text.isEmpty() ? Config() : Config(text.toStdString());
    if (type == CellType::Integer) {
        const auto value = parsedInteger(text);
        return value ? Config(*value) : Config();
    }
    const auto value = parsedNumber(text);
    return value ? Config(*value) : Config();
}

QString missingText(const TableColumn& column)
{
    if (const auto* text = column.missing.as<std::string>())
        return QString::fromStdString(*text);
    return numberText(column.missing);
}

/// What stands there where nobody said it.
QString usualMissing(CellType type)
{
    return type == CellType::Text ? QString("\"\"") : type == CellType::Integer ? "-1" : "NaN";
}

Config configOf(const WishedColumn& wish)
{
    const TableColumn& column = wish.column;
    if (!wish.typed && column.missing.isNull() && column.from.empty())
        return column.name;
    ConfigObject entry{{"name", column.name}};
    if (wish.typed)
        entry.emplace("dtype", std::string(nameOf(column.type)));
    if (!column.missing.isNull())
        entry.emplace("missing", column.missing);
    if (!column.from.empty())
        entry.emplace("from", ConfigList(column.from.begin(), column.from.end()));
    return entry;
}

} // namespace

TablePanel::TablePanel(QWidget* parent)
    : QWidget(parent)
    , m_dialect(new QWidget(this))
    , m_heading(makeLabel({}, "title", this))
    , m_asFound(makeButton(tr("As found"), {}, "flat",
                           tr("Reads every column, with the type that its values have"), this))
    , m_table(new QTableWidget(0, kPlaces, this))
    , m_more(makeLabel({}, "hint", this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->setSpacing(8);
    layout->addWidget(m_dialect);
    auto* dialect = new QVBoxLayout(m_dialect);
    dialect->setContentsMargins(0, 0, 0, 0);
    dialect->setSpacing(4);
    m_separator = addChoice(tr("Separator"), "separator");
    m_quote = addChoice(tr("Quote"), "quote");
    m_header = addChoice(tr("First line"), "header");
    m_label = addChoice(tr("Label"), "label");
    m_label->setToolTip(tr("The column that holds the class"));
    auto* heading = new QHBoxLayout;
    heading->addWidget(m_heading, 1);
    heading->addWidget(m_asFound);
    layout->addLayout(heading);
    connect(m_asFound, &QPushButton::clicked, this,
            [this] { Q_EMIT edited("columns", Config(ConfigList{})); });
    m_table->setHorizontalHeaderLabels({tr("Column"), tr("Type"), tr("Missing"), tr("Taken as")});
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(28);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setSectionResizeMode(kName, QHeaderView::Stretch);
    m_table->horizontalHeader()->setObjectName("denseHeader");
    m_table->setColumnWidth(kType, 128);
    m_table->setShowGrid(false);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setAccessibleName(tr("Columns"));
    m_table->setTabKeyNavigation(false); // Tab leaves; arrows walk, F2 or a key edits, Space ticks
    m_table->setMinimumHeight(150);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_more);
    layout->addStretch(0); // takes the room while there is no table
    connect(m_table, &QTableWidget::itemChanged, this, [this](QTableWidgetItem* item) {
        if (m_filling)
            return;
        Row& row = m_rows[static_cast<std::size_t>(item->row())];
        if (item->column() == kName)
            row.used = item->checkState() == Qt::Checked;
        else if (item->column() == kStandsFor)
            row.wish.column.missing = missingOf(
                item->text().trimmed(), row.wish.typed ? row.wish.column.type : row.found);
        setColumns();
    });
    setSettings({});
    setTable({});
}

QComboBox* TablePanel::addChoice(const QString& name, const QString& key)
{
    auto* choice = new QComboBox(m_dialect);
    choice->setAccessibleName(name);
    choice->setObjectName(key);
    qobject_cast<QVBoxLayout*>(m_dialect->layout())->addWidget(makeFormRow(name, choice, m_dialect));
    connect(choice, &QComboBox::activated, this, [this, choice, key] {
        Q_EMIT edited(key, Config(choice->currentData().toString().toStdString()));
    });
    return choice;
}

void TablePanel::setSettings(const TableSettings& settings)
{
    m_settings = settings;
    m_dialect->setVisible(settings.isFile);
    showDialect();
    showColumns();
}

void TablePanel::setTable(const std::optional<TableFacts>& facts,
                          const std::vector<std::string>& names)
{
    m_facts = facts;
    m_names = names;
    if (facts && !facts->path.empty())
        for (const CsvColumn& column : facts->columns)
            m_names.push_back(column.name);
    showDialect();
    showColumns();
}

void TablePanel::showDialect()
{
    const auto fill = [](QComboBox* choice, const QString& detected,
                         const std::vector<std::pair<QString, QString>>& all,
                         const std::string& chosen) {
        const QSignalBlocker blocker(choice);
        choice->clear();
        choice->addItem(detected.isEmpty() ? tr("detected") : tr("detected: %1").arg(detected), "auto");
        for (const auto& [name, value] : all)
            choice->addItem(name, value);
        const QString wanted = QString::fromStdString(chosen.empty() ? "auto" : chosen);
        if (choice->findData(wanted) < 0)
            choice->addItem(wanted, wanted);
        choice->setCurrentIndex(choice->findData(wanted));
    };
    const auto isAuto = [](const std::string& said) { return said.empty() || said == "auto"; };
    const bool known = m_facts && !m_facts->path.empty();
    const CsvDialect dialect = known ? m_facts->dialect : CsvDialect{};
    fill(m_separator,
         known && isAuto(m_settings.separator) ? word(separatorName(dialect.separator)) : QString(),
         {{tr("comma"), "comma"}, {tr("semicolon"), "semicolon"}, {tr("tab"), "tab"},
          {tr("bar |"), "bar"}, {tr("space"), "space"}},
         m_settings.separator);
    fill(m_quote, known && isAuto(m_settings.quote) ? word(quoteName(dialect.quote)) : QString(),
         {{"\"", "\""}, {"'", "'"}, {tr("none"), "none"}}, m_settings.quote);
    fill(m_header,
         !known || !isAuto(m_settings.header) ? QString()
             : dialect.header                 ? tr("names")
                                              : tr("values"),
         {{tr("names of columns"), "yes"}, {tr("values, no names"), "no"}}, m_settings.header);
    const QSignalBlocker blocker(m_label);
    m_label->clear();
    m_label->addItem(known && m_settings.label.empty()
                         ? tr("detected: %1").arg(QString::fromStdString(m_facts->label))
                         : tr("detected"),
                     QString());
    const QString label = QString::fromStdString(m_settings.label);
    for (const std::string& name : m_names)
        m_label->addItem(QString::fromStdString(name), QString::fromStdString(name));
    if (m_label->findData(label) < 0)
        m_label->addItem(label, label);
    m_label->setCurrentIndex(m_label->findData(label));
}

/// The file's columns with what was said of them, then those that are joined of several.
std::vector<TablePanel::Row> TablePanel::rowsNow() const
{
    std::vector<Row> rows;
    const auto said = wishedColumns(m_settings.columns);
    const std::vector<WishedColumn> wishes
        = said.ok() ? said.value() : std::vector<WishedColumn>{};
    std::vector<std::string> parts; // of the text
    for (const WishedColumn& wish : wishes)
        parts.insert(parts.end(), wish.column.from.begin(), wish.column.from.end());
    for (const CsvColumn& column : m_facts ? m_facts->columns : std::vector<CsvColumn>{}) {
        if (column.name == m_facts->label)
            continue;
        Row row;
        row.wish.column.name = column.name;
        row.wish.column.type = row.found = column.type;
        row.missing = column.missing;
        if (m_settings.isText) {
            row.joined = true;
            row.used = parts.empty() ? column.type == CellType::Text
                                     : std::ranges::count(parts, column.name) > 0;
        } else {
            const auto wish = std::ranges::find(wishes, column.name, [](const WishedColumn& each) {
                return each.column.name;
            });
            row.used = wishes.empty() || wish != wishes.end();
            if (wish != wishes.end()) {
                const bool typed = wish->typed;
                row.wish = *wish;
                row.joined = wish->column.from.size() > 1;
                if (!typed)
                    row.wish.column.type = column.type;
            }
        }
        rows.push_back(std::move(row));
    }
    if (!m_settings.isText)
        for (const WishedColumn& wish : wishes)
            if (std::ranges::none_of(rows, [&](const Row& row) {
                    return row.wish.column.name == wish.column.name;
                }))
                rows.push_back({wish, true, wish.column.from.size() > 1, 0, wish.column.type});
    return rows;
}

void TablePanel::showColumns()
{
    m_filling = true;
    m_rows = rowsNow();
    const int shown = std::min(static_cast<int>(m_rows.size()), kMostShown);
    m_heading->setText(m_settings.isText ? tr("Columns that make the text") : tr("Columns"));
    m_heading->setVisible(shown > 0);
    const auto* said = m_settings.columns.as<ConfigList>();
    m_asFound->setVisible(said && !said->empty());
    m_table->setVisible(shown > 0);
    for (const Place place : {kType, kMissing, kStandsFor})
        m_table->setColumnHidden(place, m_settings.isText && place != kMissing);
    fitHeadings();
    m_table->setRowCount(shown);
    for (int i = 0; i < shown; ++i)
        fillRow(i);
    m_more->setText(tr("%n more; the inspector edits them all", nullptr,
                       static_cast<int>(m_rows.size()) - shown));
    m_more->setVisible(std::ssize(m_rows) > shown);
    tabAsItReads(*this); // the choices in new rows
    m_filling = false;
}

/// A heading is never cut: its words are known, the values below it are short.
void TablePanel::fitHeadings()
{
    QHeaderView* header = m_table->horizontalHeader();
    header->ensurePolished(); // its size comes from the style sheet
    for (const Place place : {kMissing, kStandsFor})
        if (!m_table->isColumnHidden(place))
            m_table->setColumnWidth(place, header->sectionSizeHint(place));
}

void TablePanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    fitHeadings();
}

/// Items stay, so that this may be called inside of their own signal.
QTableWidgetItem* TablePanel::itemAt(int row, int place)
{
    if (QTableWidgetItem* known = m_table->item(row, place))
        return known;
    auto* item = new QTableWidgetItem;
    m_table->setItem(row, place, item);
    return item;
}

QComboBox* TablePanel::typeChoiceAt(int index)
{
    if (auto* known = qobject_cast<QComboBox*>(m_table->cellWidget(index, kType)))
        return known;
    auto* type = new QComboBox(m_table);
    m_table->setCellWidget(index, kType, type);
    connect(type, &QComboBox::activated, this, [this, index, type] {
        Row& changed = m_rows[static_cast<std::size_t>(index)];
        const auto chosen = cellTypeNamed(type->currentData().toString().toStdString());
        changed.wish.typed = chosen.has_value();
        changed.wish.column.type = chosen.value_or(changed.found);
        // a text cannot stand for a missing number
        changed.wish.column.missing
            = missingOf(missingText(changed.wish.column), changed.wish.column.type);
        setColumns();
    });
    return type;
}

void TablePanel::fillRow(int index)
{
    const Row& row = m_rows[static_cast<std::size_t>(index)];
    const auto& column = row.wish.column;
    const QString name = QString::fromStdString(column.name);
    QTableWidgetItem* named = itemAt(index, kName);
    named->setText(name);
    named->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
    named->setCheckState(row.used ? Qt::Checked : Qt::Unchecked);
    named->setToolTip(tr("%1: ticked columns are read").arg(name));

    const QString missing = row.missing > 0 ? QLocale().toString(qlonglong{row.missing}) : QString();
    QTableWidgetItem* lacking = itemAt(index, kMissing);
    lacking->setText(missing);
    lacking->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    lacking->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    lacking->setToolTip(tr("%n row(s) without a value", nullptr, static_cast<int>(row.missing)));

    const QString text = missingText(column);
    QTableWidgetItem* taken = itemAt(index, kStandsFor);
    taken->setText(text.isEmpty() ? usualMissing(column.type) : text);
    taken->setForeground(text.isEmpty() ? currentTheme().text3 : currentTheme().text);
    taken->setFont(uiFont(FontRole::Mono));
    taken->setToolTip(tr("What stands for a missing value of %1").arg(name));
    if (m_settings.isText)
        return;
    QComboBox* type = typeChoiceAt(index);
    const QSignalBlocker blocker(type);
    type->clear();
    type->setAccessibleName(tr("Type of %1").arg(name));
    type->addItem(tr("%1 (found)").arg(word(nameOf(row.found))), QString());
    for (const std::string_view each : kTypes)
        type->addItem(word(each), word(each));
    type->setCurrentIndex(row.wish.typed ? type->findData(word(nameOf(column.type))) : 0);
    type->setEnabled(!row.joined && row.used);
}

/// Writes down what the rows say; nothing where that is what the data tell anyway.
void TablePanel::setColumns()
{
    ConfigList list;
    bool usual = true;
    if (m_settings.isText) {
        ConfigList from;
        for (const Row& row : m_rows) {
            usual &= row.used == (row.found == CellType::Text);
            if (row.used)
                from.push_back(row.wish.column.name);
        }
        if (!usual && !from.empty())
            list.push_back(ConfigObject{{"name", "text"}, {"dtype", "string"}, {"from", from}});
    } else {
        for (const Row& row : m_rows) {
            const Config entry = configOf(row.wish);
            usual &= row.used && entry.as<std::string>();
            if (row.used)
                list.push_back(entry);
        }
        if (usual)
            list.clear();
    }
    if (list.empty() && !usual) {
        showColumns(); // the last column stays: a table of none can be read by nobody
        return;
    }
    Q_EMIT edited("columns", Config(std::move(list)));
}

} // namespace lb
