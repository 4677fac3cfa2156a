#include "widgets/problems/problems_view.h"

#include "widgets/problems/fix_button.h"
#include "widgets/support/tab_order.h"
#include "widgets/support/translated.h"
#include "widgets/theme/theme.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QStackedLayout>
#include <QTableWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace lb {
namespace {

enum ProblemColumn { Icon, Where, What, Kind, WayOut, Columns };
constexpr int kProblemHeight = 36, kIconWidth = 36;
constexpr int kWhereWidth = 220, kKindWidth = 130, kWayOutWidth = 300; ///< where there is room
constexpr int kNarrow = 1000; ///< of the view
constexpr const char* kSecondWay = "way1"; ///< stands in the menu of kMoreWays where that is narrow
constexpr const char* kMoreWays = "moreWays";

struct Look {
    const char* icon;
    Token color;
};

Look lookOf(Severity severity)
{
    switch (severity) {
    case Severity::Error:
        return {"cross-circle", &Theme::error};
    case Severity::Warning:
        return {"warning", &Theme::warn};
    case Severity::Hint:
        break;
    }
    return {"bulb", &Theme::accent};
}

QString kindOf(const std::string& code)
{
    QString words = QString::fromStdString(code).replace('_', ' ');
    if (!words.isEmpty())
        words[0] = words[0].toUpper();
    return words;
}

/// The tile of the layer concerned, painted with the colours of the current theme.
class Tile : public QWidget {
public:
    Tile(QString icon, std::string kerasClass)
        : m_icon(std::move(icon))
        , m_class(std::move(kerasClass))
    {
        setFixedSize(18, 18);
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        paintTile(painter, rect(), m_icon,
                  m_class.empty() ? currentTheme().text2
                                  : layerColor(m_class, About::Family::Layer));
    }

private:
    QString m_icon;
    std::string m_class;
};

QWidget* placeCell(const QString& icon, const std::string& kerasClass, const QString& name)
{
    auto* cell = new QWidget;
    auto* layout = new QHBoxLayout(cell);
    layout->setContentsMargins(8, 0, 8, 0);
    layout->setSpacing(8);
    layout->addWidget(new Tile(icon, kerasClass));
    auto* label = new QLabel(name);
    label->setProperty("look", "title");
    layout->addWidget(label, 1);
    cell->setAttribute(Qt::WA_TransparentForMouseEvents);
    return cell;
}

} // namespace

ProblemsView::ProblemsView(QWidget* parent)
    : QWidget(parent)
    , m_table(new QTableWidget(0, Columns))
    , m_empty(new QWidget)
    , m_header(new QWidget(this))
    , m_kinds(new QButtonGroup(this))
{
    m_table->setObjectName("problems");
    m_table->setHorizontalHeaderLabels({{}, tr("Where"), tr("What"), tr("Kind"), tr("Quick fix")});
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setSectionResizeMode(What, QHeaderView::Stretch);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setSectionsClickable(false);
    m_table->setColumnWidth(Icon, kIconWidth);
    m_table->setColumnWidth(Kind, kKindWidth);
    m_table->horizontalHeader()->setMinimumSectionSize(kIconWidth);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(kProblemHeight);
    m_table->setShowGrid(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setWordWrap(true);

    auto* nothing = new QLabel(tr("No problems."));
    nothing->setProperty("look", "caption");
    nothing->setAlignment(Qt::AlignCenter);
    auto* emptyLayout = new QVBoxLayout(m_empty);
    emptyLayout->addWidget(nothing);

    auto* stack = new QStackedLayout(this);
    stack->addWidget(m_empty);
    stack->addWidget(m_table);

    auto* headerLayout = new QHBoxLayout(m_header);
    headerLayout->setContentsMargins(0, 0, 12, 0);
    auto* segments = new QFrame;
    segments->setProperty("look", "segments");
    auto* segmentLayout = new QHBoxLayout(segments);
    segmentLayout->setContentsMargins(1, 1, 1, 1);
    segmentLayout->setSpacing(0);
    for (int kind = -1; kind < 3; ++kind) {
        auto* button = new QToolButton;
        button->setProperty("look", "segment");
        button->setCheckable(true);
        button->setChecked(kind == -1);
        m_kinds->addButton(button, kind + 1);
        segmentLayout->addWidget(button);
    }
    headerLayout->addWidget(segments);

    connect(m_table->horizontalHeader(), &QHeaderView::sectionResized, this, [this](int section) {
        if (section == What)
            fitRows();
    });
    connect(m_kinds, &QButtonGroup::idClicked, this, [this] { refill(); });
    const auto activate = [this](int row) {
        const std::size_t index = m_table->item(row, Where)->data(Qt::UserRole).toULongLong();
        if (index < m_problems.size() && m_problems[index].node.value != 0)
            Q_EMIT nodeActivated(m_problems[index].node);
    };
    connect(m_table, &QTableWidget::cellClicked, this, activate);
    connect(m_table, &QTableWidget::cellActivated, this, activate);
    refill();
}

void ProblemsView::setProblems(const Document& document, const std::vector<Problem>& problems)
{
    m_problems = problems;
    m_places.clear();
    std::fill(std::begin(m_counts), std::end(m_counts), 0);
    for (const Problem& problem : m_problems) {
        ++m_counts[static_cast<std::size_t>(problem.severity)];
        const LayerDef* layer = document.layerOf(problem.node);
        m_places.push_back({problem.node.value == 0
                                ? tr("Project")
                                : QString::fromStdString(document.nameOf(problem.node)),
                            layer ? layerIcon(layer->kerasClass) : "layers",
                            layer ? layer->kerasClass : std::string()});
    }
    refill();
}

void ProblemsView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    if (m_narrow == (width() < kNarrow))
        return;
    m_narrow = !m_narrow;
    for (int row = 0; row < m_table->rowCount(); ++row)
        replaceWaysOut(row);
    fitColumns();
    tabAsItReads(*this); // the buttons in the rows are new
}

/// The row stays, and with it what is selected; the focus goes to the button that does what the one
/// that had it did.
void ProblemsView::replaceWaysOut(int row)
{
    QWidget* before = m_table->cellWidget(row, WayOut);
    const QWidget* focused = m_table->window()->focusWidget();
    const bool held = focused && before->isAncestorOf(focused);
    const QString name = held ? focused->objectName() : QString();
    QWidget* cell = waysOut(m_table->item(row, Where)->data(Qt::UserRole).toULongLong());
    m_table->setCellWidget(row, WayOut, cell); // deletes the one before later
    for (const QString& heir : {name, QString(kMoreWays), QString(kSecondWay)})
        if (auto* button = held ? cell->findChild<QPushButton*>(heir) : nullptr) {
            button->setFocus(Qt::OtherFocusReason);
            break;
        }
    before->hide(); // once it has no focus to give away
    before->setParent(nullptr);
}

void ProblemsView::fitColumns()
{
    m_table->setColumnHidden(Kind, m_narrow);
    m_table->setColumnWidth(Where, m_narrow ? kWhereWidth - 60 : kWhereWidth);
    int buttons = 0;
    for (int row = 0; row < m_table->rowCount(); ++row)
        buttons = std::max(buttons, m_table->cellWidget(row, WayOut)->sizeHint().width());
    m_table->setColumnWidth(WayOut, m_narrow ? std::clamp(buttons, 100, kWayOutWidth) : kWayOutWidth);
    fitRows();
}

void ProblemsView::fitRows()
{
    for (int row = 0; row < m_table->rowCount(); ++row) {
        m_table->resizeRowToContents(row);
        m_table->setRowHeight(row, std::max(m_table->rowHeight(row), kProblemHeight));
    }
}

void ProblemsView::refill()
{
    const int total = m_counts[0] + m_counts[1] + m_counts[2];
    m_kinds->button(0)->setText(tr("All %1").arg(total));
    m_kinds->button(1)->setText(tr("Hints %1").arg(m_counts[0]));
    m_kinds->button(2)->setText(tr("Warnings %1").arg(m_counts[1]));
    m_kinds->button(3)->setText(tr("Errors %1").arg(m_counts[2]));

    const int kind = m_kinds->checkedId() - 1;
    m_table->setRowCount(0);
    for (std::size_t i = 0; i < m_problems.size(); ++i)
        if (kind < 0 || static_cast<int>(m_problems[i].severity) == kind)
            addRow(m_table->rowCount(), i);
    fitColumns();
    static_cast<QStackedLayout*>(layout())->setCurrentIndex(total == 0 ? 0 : 1);
    tabAsItReads(*this); // the buttons in the rows are new
}

void ProblemsView::addRow(int row, std::size_t index)
{
    const Problem& problem = m_problems[index];
    const Place& place = m_places[index];
    m_table->insertRow(row);
    const Look look = lookOf(problem.severity);
    auto* icon = new QTableWidgetItem(themedIcon(look.icon, look.color), {});
    const QString severity = problem.severity == Severity::Error ? tr("Error: blocks training")
                         : problem.severity == Severity::Warning ? tr("Warning")
                                                                 : tr("Hint");
    icon->setToolTip(severity + "\n" + kindOf(problem.code));
    m_table->setItem(row, Icon, icon);
    auto* where = new QTableWidgetItem;
    where->setData(Qt::UserRole, qulonglong(index));
    where->setData(Qt::AccessibleTextRole, place.name);
    m_table->setItem(row, Where, where);
    m_table->setCellWidget(row, Where, placeCell(place.icon, place.kerasClass, place.name));
    QString message = translated(problem.message);
    if (!problem.param.empty())
        message = QString::fromStdString(problem.param) + ": " + message;
    auto* what = new QTableWidgetItem(message);
    what->setToolTip(message);
    m_table->setItem(row, What, what);
    auto* kind = new QTableWidgetItem(kindOf(problem.code));
    kind->setForeground(currentTheme().text2);
    m_table->setItem(row, Kind, kind);
    m_table->setItem(row, WayOut, new QTableWidgetItem);
    m_table->setCellWidget(row, WayOut, waysOut(index));
}

QWidget* ProblemsView::waysOut(std::size_t index)
{
    const Problem& problem = m_problems[index];
    auto* cell = new QWidget;
    auto* layout = new QHBoxLayout(cell);
    layout->setContentsMargins(8, 0, 8, 0);
    layout->setSpacing(6);
    const auto button = [&](const QString& text, const QString& name) {
        auto* made = new FixButton(text);
        made->setObjectName(name);
        made->setProperty("look", "small");
        layout->addWidget(made);
        return made;
    };
    // The signals carry copies: the owner's answer replaces the rows and this vector.
    const std::size_t shown = m_narrow ? 1 : 2;
    for (std::size_t i = 0; i < problem.fixes.size() && i < shown; ++i) {
        QPushButton* made = button(translated(problem.fixes[i].title), QString("way%1").arg(i));
        const QString outcome = QString::fromStdString(problem.fixes[i].outcome);
        made->setToolTip(outcome.isEmpty() ? made->text() : made->text() + '\n' + outcome);
        connect(made, &QPushButton::clicked, this, [this, copy = problem, i] {
            QMetaObject::invokeMethod(
                this, [this, copy, i] { Q_EMIT fixRequested(copy, static_cast<int>(i)); },
                Qt::QueuedConnection);
        });
    }
    if (problem.fixes.size() > shown) {
        QPushButton* more = button(tr("More"), kMoreWays);
        auto* menu = new QMenu(more);
        for (std::size_t i = shown; i < problem.fixes.size(); ++i)
            connect(menu->addAction(translated(problem.fixes[i].title)), &QAction::triggered, this,
                    [this, copy = problem, i] {
                        QMetaObject::invokeMethod(
                            this,
                            [this, copy, i] { Q_EMIT fixRequested(copy, static_cast<int>(i)); },
                            Qt::QueuedConnection);
                    });
        more->setMenu(menu);
    }
    if (problem.code == "data_not_open")
        connect(button(tr("Find..."), "find"), &QPushButton::clicked, this, [this] {
            QMetaObject::invokeMethod(this, &ProblemsView::findDataRequested, Qt::QueuedConnection);
        });
    const bool again = problem.code == "stale_state" || problem.code == "learned_elsewhere";
    if (again || problem.code == "not_adapted")
        connect(button(again ? tr("Adapt again") : tr("Adapt"), "adapt"),
                &QPushButton::clicked, this,
                [this, node = problem.node] { Q_EMIT adaptRequested(node); });
    layout->addStretch();
    return cell;
}

} // namespace lb
