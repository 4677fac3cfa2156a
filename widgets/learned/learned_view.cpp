#include "widgets/learned/learned_view.h"

#include "widgets/learned/bins_page.h"
#include "widgets/learned/collisions_page.h"
#include "widgets/learned/learned_parts.h"
#include "widgets/learned/matrix_page.h"
#include "widgets/learned/moments_page.h"
#include "widgets/support/controls.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QProgressBar>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace lb {

LearnedView::LearnedView(QWidget* parent)
    : QWidget(parent)
    , m_pages(new QStackedWidget)
    , m_name(makeLabel({}, "monoHint"))
    , m_rows(makeLabel({}, "hint"))
    , m_emptyHint(makeLabel({}, "hint"))
    , m_adapt(makeButton(tr("Adapt"), "wand", "primary", tr("Learn from the training split")))
    , m_import(makeButton(tr("Import..."), "folder", "small",
                          tr("Take the numbers of a .txt, .csv, .json or .npy file")))
    , m_export(makeButton(tr("Export..."), "export", "small",
                          tr("Write the numbers as .txt, .csv, .json or .npy")))
    , m_compare(makeButton(tr("Compare"), "fork", "small", tr("Put two states side by side")))
    , m_busy(new QWidget)
    , m_bar(new QProgressBar)
    , m_done(makeLabel({}, "hint"))
    , m_moments(new MomentsPage)
    , m_bins(new BinsPage)
    , m_collisions(new CollisionsPage)
    , m_matrix(new MatrixPage)
    , m_empty(makeEmpty())
{
    for (QWidget* page : {static_cast<QWidget*>(m_moments), static_cast<QWidget*>(m_bins),
                          static_cast<QWidget*>(m_collisions), static_cast<QWidget*>(m_matrix),
                          m_empty})
        m_pages->addWidget(page);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeHead());
    layout->addWidget(makeLine(Qt::Horizontal));
    layout->addWidget(m_pages, 1);
    connect(m_adapt, &QPushButton::clicked, this, &LearnedView::adaptRequested);
    connect(m_import, &QPushButton::clicked, this, &LearnedView::importRequested);
    connect(m_export, &QPushButton::clicked, this, &LearnedView::exportRequested);
    setLayer({}, LearnedKind::Moments, false);
    setEmpty({}, false);
}

QWidget* LearnedView::makeHead()
{
    auto* head = new QWidget;
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(12, 6, 12, 6);
    layout->setSpacing(8);
    layout->addWidget(m_name);
    layout->addWidget(m_rows);
    auto* busy = new QHBoxLayout(m_busy);
    busy->setContentsMargins(0, 0, 0, 0);
    busy->setSpacing(8);
    m_bar->setFixedWidth(120);
    m_bar->setTextVisible(false);
    auto* cancel = makeButton(tr("Cancel"), {}, "small", tr("Stop reading the data"));
    connect(cancel, &QPushButton::clicked, this, &LearnedView::cancelRequested);
    busy->addWidget(m_bar);
    busy->addWidget(m_done);
    busy->addWidget(cancel);
    layout->addWidget(m_busy);
    layout->addStretch(1);
    auto* menu = new QMenu(m_compare);
    connect(menu->addAction(tr("With a file...")), &QAction::triggered, this,
            &LearnedView::compareFileRequested);
    m_comparePrevious = menu->addAction(tr("With the state before"));
    m_comparePrevious->setEnabled(false);
    connect(m_comparePrevious, &QAction::triggered, this, &LearnedView::comparePreviousRequested);
    m_compare->setMenu(menu);
    layout->addWidget(m_compare);
    layout->addWidget(m_import);
    layout->addWidget(m_export);
    return head;
}

QWidget* LearnedView::makeEmpty()
{
    auto* empty = new QWidget;
    auto* column = new QVBoxLayout(empty);
    column->addStretch(1);
    m_emptyHint->setWordWrap(true);
    m_emptyHint->setAlignment(Qt::AlignHCenter);
    column->addWidget(m_emptyHint);
    column->addWidget(m_adapt, 0, Qt::AlignHCenter);
    column->addStretch(2);
    return empty;
}

QString LearnedView::title(LearnedKind kind)
{
    switch (kind) {
    case LearnedKind::Moments:
        return tr("Distribution");
    case LearnedKind::Bins:
        return tr("Bins");
    case LearnedKind::Collisions:
        return tr("Collisions");
    case LearnedKind::Matrix:
        break;
    }
    return tr("Matrix");
}

void LearnedView::setLayer(const QString& name, LearnedKind kind, bool state)
{
    const bool numbers = kind == LearnedKind::Moments || kind == LearnedKind::Bins;
    m_name->setText(name);
    m_import->setVisible(numbers); // a lookup's tokens move in the Vocabulary tab
    m_export->setVisible(numbers);
    m_export->setEnabled(state);
    m_compare->setVisible(numbers);
    m_compare->setEnabled(state);
}

void LearnedView::setReport(const LearnedHandle& report)
{
    m_busy->hide();
    if (!report)
        return;
    m_rows->setText(tr("%1 rows of the training split").arg(learnedCount(report->rows)));
    const auto part = [&]<typename Report>(const Report& of) {
        return std::shared_ptr<const Report>(report, &of); // lives as long as the whole
    };
    std::visit(
        [&]<typename Report>(const Report& of) {
            if constexpr (std::is_same_v<Report, MomentsReport>) {
                m_moments->setReport(part(of));
                m_pages->setCurrentWidget(m_moments);
            } else if constexpr (std::is_same_v<Report, BinsReport>) {
                m_bins->setReport(part(of));
                m_pages->setCurrentWidget(m_bins);
            } else if constexpr (std::is_same_v<Report, CollisionReport>) {
                m_collisions->setReport(part(of));
                m_pages->setCurrentWidget(m_collisions);
            } else {
                m_matrix->setReport(part(of));
                m_pages->setCurrentWidget(m_matrix);
            }
        },
        report->of);
}

void LearnedView::setEmpty(const QString& why, bool canAdapt)
{
    m_busy->hide();
    m_rows->clear();
    m_emptyHint->setText(why);
    m_adapt->setVisible(canAdapt);
    m_pages->setCurrentWidget(m_empty);
}

void LearnedView::setBusy(double done, double total)
{
    m_bar->setRange(0, total > 0 ? 1'000 : 0);
    m_bar->setValue(total > 0 ? static_cast<int>(1'000 * done / total) : 0);
    m_done->setText(total > 0 ? tr("%1 of %2 rows")
                                    .arg(learnedCount(static_cast<std::int64_t>(done)),
                                         learnedCount(static_cast<std::int64_t>(total)))
                              : tr("Reading"));
    m_busy->show();
}

void LearnedView::setPreviousKnown(bool known)
{
    m_comparePrevious->setEnabled(known);
}

bool LearnedView::isBusy() const
{
    return !m_busy->isHidden();
}

QString LearnedView::emptyText() const
{
    return m_pages->currentWidget() == m_empty ? m_emptyHint->text() : QString();
}

void LearnedView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    Q_EMIT shown();
}

} // namespace lb
