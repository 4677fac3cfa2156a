#include "widgets/search/command_box.h"

#include "widgets/theme/theme.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>
#include <numeric>

namespace lb {
namespace {

constexpr int kCommandHeight = 28, kMostCommands = 12, kMostShown = 60;

enum Role { IndexRole = Qt::UserRole, KindRole, IconRole, TileRole };

class RowDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        const Theme& theme = currentTheme();
        const QRect row = option.rect;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (option.state & QStyle::State_Selected) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(theme.accentBg);
            painter->drawRoundedRect(row.adjusted(2, 1, -2, -1), 4, 4);
        }
        const QRectF icon(row.left() + 10, row.center().y() - 8, 18, 18);
        const QColor tile = index.data(TileRole).value<QColor>();
        if (tile.isValid())
            paintTile(*painter, icon, index.data(IconRole).toString(), tile);
        else if (const QString name = index.data(IconRole).toString(); !name.isEmpty())
            paintIcon(*painter, icon.adjusted(2, 2, -2, -2), name, theme.text2);
        const QString kind = index.data(KindRole).toString();
        painter->setFont(uiFont(FontRole::Mono));
        painter->setPen(theme.text3);
        painter->drawText(row.adjusted(0, 0, -12, 0), Qt::AlignVCenter | Qt::AlignRight, kind);
        const int kindWidth = painter->fontMetrics().horizontalAdvance(kind) + 24;
        painter->setFont(uiFont(FontRole::Base));
        painter->setPen(theme.text);
        const QRect place = row.adjusted(38, 0, -kindWidth, 0);
        painter->drawText(place, Qt::AlignVCenter,
                          painter->fontMetrics().elidedText(index.data().toString(),
                                                            Qt::ElideRight, place.width()));
        painter->restore();
    }
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override
    {
        return {100, kCommandHeight};
    }
};

bool lettersFollow(const QString& title, const QString& letters)
{
    qsizetype at = 0;
    for (const QChar letter : letters) {
        at = title.indexOf(letter, at, Qt::CaseInsensitive);
        if (at < 0)
            return false;
        ++at;
    }
    return true;
}

int distance(const QString& a, const QString& b)
{
    std::vector<int> row(static_cast<std::size_t>(b.size()) + 1);
    std::iota(row.begin(), row.end(), 0);
    for (qsizetype i = 0; i < a.size(); ++i) {
        int corner = row[0]++;
        for (std::size_t j = 1; j < row.size(); ++j) {
            const bool same = a[i].toLower() == b[static_cast<qsizetype>(j) - 1].toLower();
            const int next = std::min({row[j] + 1, row[j - 1] + 1, corner + (same ? 0 : 1)});
            corner = std::exchange(row[j], next);
        }
    }
    return row.back();
}

} // namespace

int fitness(const QString& title, const QString& words)
{
    int sum = 0;
    const QStringList all = words.split(' ', Qt::SkipEmptyParts);
    for (const QString& word : all) {
        const qsizetype at = title.indexOf(word, 0, Qt::CaseInsensitive);
        if (at < 0)
            return all.size() == 1 && lettersFollow(title, word) ? 1 : -1;
        const QChar before = at == 0 ? QChar(' ') : title[at - 1];
        const bool begins
            = !before.isLetterOrNumber() || (title[at].isUpper() && before.isLower());
        sum += at == 0 ? 40 : begins ? 20 : 5;
        if (title.size() == word.size())
            sum += 60;
    }
    return sum;
}

CommandBox::CommandBox(QWidget* parent)
    : QFrame(parent, Qt::Popup)
    , m_words(new QLineEdit)
    , m_list(new QListWidget)
    , m_nothing(new QLabel)
{
    setObjectName("commandBox");
    setProperty("look", "popup");
    m_words->setPlaceholderText(tr("Find node or command"));
    m_words->addAction(themedIcon("search", &Theme::text3), QLineEdit::LeadingPosition);
    m_words->setFixedHeight(28);
    m_words->installEventFilter(this);
    m_list->setItemDelegate(new RowDelegate(m_list));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setMouseTracking(true);
    m_list->setProperty("look", "popup");
    m_nothing->setProperty("look", "hint");
    m_nothing->setContentsMargins(10, 6, 10, 6);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 6, 6, 6);
    layout->setSpacing(4);
    layout->addWidget(m_words);
    layout->addWidget(m_nothing);
    layout->addWidget(m_list);
    connect(m_words, &QLineEdit::textChanged, this, &CommandBox::filter);
    connect(m_list, &QListWidget::itemClicked, this, &CommandBox::choose);
}

void CommandBox::open(std::vector<Finding> findings, const QPoint& topRight, int width)
{
    m_findings = std::move(findings);
    m_words->clear();
    filter();
    setFixedWidth(width);
    adjustSize();
    move(topRight - QPoint(width, 0));
    show();
    m_words->setFocus();
}

QStringList CommandBox::titles() const
{
    QStringList all;
    for (int row = 0; row < m_list->count(); ++row)
        all << m_list->item(row)->text();
    return all;
}

void CommandBox::filter()
{
    const QString words = m_words->text().trimmed();
    std::vector<std::pair<int, std::size_t>> found;
    for (std::size_t i = 0; i < m_findings.size(); ++i)
        if (const int fit = fitness(m_findings[i].title, words); fit >= 0)
            found.emplace_back(-fit, i);
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    if (found.size() > kMostShown)
        found.resize(kMostShown);
    m_list->clear();
    for (const auto& [rank, index] : found) {
        const Finding& finding = m_findings[index];
        auto* item = new QListWidgetItem(finding.title, m_list);
        item->setData(IndexRole, qulonglong(index));
        item->setData(KindRole, finding.key.isEmpty() ? finding.kind : finding.key);
        item->setData(IconRole, finding.icon);
        item->setData(TileRole, finding.tile);
    }
    m_list->setCurrentRow(0);
    m_list->setVisible(!found.empty());
    m_nothing->setVisible(found.empty());
    if (found.empty() && !m_findings.empty()) {
        const auto nearest = std::min_element(
            m_findings.begin(), m_findings.end(), [&](const Finding& a, const Finding& b) {
                return distance(a.title, words) < distance(b.title, words);
            });
        m_nothing->setText(
            tr("Nothing is called “%1”. The nearest name is %2.").arg(words, nearest->title));
        m_nothing->setWordWrap(true);
    }
    m_list->setFixedHeight(std::min<int>(kMostCommands, static_cast<int>(found.size())) * kCommandHeight
                           + 4);
    adjustSize();
}

void CommandBox::choose()
{
    const QListWidgetItem* item = m_list->currentItem();
    if (!item)
        return;
    const auto chosen = m_findings[item->data(IndexRole).toULongLong()].choose;
    hide();
    if (chosen)
        chosen();
}

bool CommandBox::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_words || event->type() != QEvent::KeyPress)
        return QFrame::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key();
    const int rows = m_list->count();
    if (key == Qt::Key_Down || key == Qt::Key_Up) {
        if (rows > 0)
            m_list->setCurrentRow((m_list->currentRow() + (key == Qt::Key_Down ? 1 : rows - 1))
                                  % rows);
        return true;
    }
    if (key == Qt::Key_Return || key == Qt::Key_Enter) {
        choose();
        return true;
    }
    if (key == Qt::Key_Escape) {
        hide();
        return true;
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace lb
