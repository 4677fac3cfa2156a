#include "widgets/inspector/parameter_panel.h"

#include "widgets/inspector/param_editor.h"
#include "widgets/inspector/param_row.h"
#include "widgets/support/tab_order.h"
#include "widgets/theme/theme.h"

#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace lb {
namespace {

void putAway(QWidget* widget)
{
    widget->hide();
    widget->setParent(nullptr);
    widget->deleteLater();
}

} // namespace

ParameterPanel::ParameterPanel(QWidget* parent)
    : QWidget(parent)
    , m_column(new QVBoxLayout(this))
    , m_general(new QWidget(this))
    , m_more(new QPushButton(this))
{
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(10);
    auto* general = new QVBoxLayout(m_general);
    general->setContentsMargins(0, 0, 0, 0);
    general->setSpacing(6);
    m_column->addWidget(m_general);
    m_more->setProperty("look", "flat");
    m_more->setObjectName("more");
    m_more->setStyleSheet("QPushButton { text-align: left; padding: 0 4px; min-height: 22px; }");
    m_column->addWidget(m_more);
    m_column->addStretch(1);
    connect(m_more, &QPushButton::clicked, this, [this] {
        m_showMore = !m_showMore;
        m_called.clear();
        showRows(m_values);
    });
}

ParameterPanel::~ParameterPanel() = default;

void ParameterPanel::setSpecs(std::span<const ParamSpec> specs, const Config& values,
                              std::string_view kerasClass, const QString& owner)
{
    keepDrafts();
    m_owner = owner;
    for (ParamRow* row : m_rows) {
        row->disconnect(this); // it may lose the focus now, and speaks of another owner
        putAway(row);
    }
    m_rows.clear();
    m_called.clear();
    m_specs.assign(specs.begin(), specs.end());
    for (const bool advanced : {false, true})
        for (const ParamSpec& spec : m_specs) {
            if (spec.advanced != advanced)
                continue;
            auto* row = new ParamRow(spec, kerasClass, this);
            const QString key = QString::fromStdString(spec.key);
            connect(row, &ParamRow::edited, this, [this, key](const Config& value, bool dragging) {
                Q_EMIT editRequested(key, value, dragging);
            });
            connect(row, &ParamRow::dragEnded, this, &ParameterPanel::editEnded);
            connect(row, &ParamRow::fixRequested, this, &ParameterPanel::fixRequested);
            // "More" stands between the plain and the advanced ones, the stretch last
            m_column->insertWidget(m_column->count() - (advanced ? 1 : 2), row);
            m_rows.push_back(row);
        }
    tabAsItReads(*this);
    setProblems({});
    setValues(values);
    showDrafts();
}

Config ParameterPanel::valueOf(const ParamSpec& spec) const
{
    const Config* value = m_values.find(spec.key);
    return value ? *value : spec.kerasDefault;
}

void ParameterPanel::keepDrafts()
{
    if (m_owner.isEmpty())
        return;
    for (ParamRow* row : m_rows)
        if (const auto text = row->editor().draft())
            m_drafts[{m_owner, row->spec().key}] = {*text, valueOf(row->spec())};
}

void ParameterPanel::forgetTyped()
{
    m_drafts.clear();
    m_owner.clear(); // setSpecs() keeps nothing of what stands in the fields now
}

void ParameterPanel::showDrafts()
{
    for (ParamRow* row : m_rows) {
        const auto draft = m_drafts.find({m_owner, row->spec().key});
        if (draft == m_drafts.end())
            continue;
        if (draft->second.against == valueOf(row->spec()))
            row->editor().setDraft(draft->second.text);
        m_drafts.erase(draft);
    }
}

void ParameterPanel::setValues(const Config& values)
{
    m_values = values;
    for (ParamRow* row : m_rows)
        row->showValue(valueOf(row->spec()));
    showRows(values);
}

void ParameterPanel::showRows(const Config& values)
{
    bool anyAdvanced = false;
    for (ParamRow* row : m_rows) {
        const ParamSpec& spec = row->spec();
        const bool applies = !spec.applies || spec.applies(values);
        anyAdvanced |= spec.advanced && applies;
        if (row->hasProblems()) // what is wrong with one is not hidden, nor taken from a hand that mends it
            m_called.insert(row);
        row->setVisible(applies && (!spec.advanced || m_showMore || m_called.contains(row)));
    }
    m_more->setVisible(anyAdvanced);
    m_more->setIcon(themedIcon(m_showMore ? "chevron-down" : "chevron-right"));
    m_more->setText(m_showMore ? tr("Less") : tr("More"));
}

void ParameterPanel::setPictures(std::string_view key, const std::vector<QImage>& pictures,
                                 const QString& note)
{
    for (ParamRow* row : m_rows)
        if (row->spec().key == key)
            row->setPictures(pictures, note);
}

void ParameterPanel::setProblems(std::span<const Problem> problems)
{
    // Later: the owner may answer inside the signal of a card's button.
    for (QWidget* card : m_general->findChildren<QWidget*>(Qt::FindDirectChildrenOnly))
        putAway(card);
    bool any = false;
    for (const Problem& problem : problems) {
        const bool atField = std::ranges::any_of(
            m_rows, [&](const ParamRow* row) { return row->spec().key == problem.param; });
        if (atField)
            continue;
        any = true;
        m_general->layout()->addWidget(
            makeProblemCard(problem, m_general,
                            [this, kept = problem](int fix) { Q_EMIT fixRequested(kept, fix); }));
    }
    m_general->setVisible(any);
    for (ParamRow* row : m_rows) {
        std::vector<const Problem*> own;
        for (const Problem& problem : problems)
            if (problem.param == row->spec().key)
                own.push_back(&problem);
        row->setProblems(own);
    }
    showRows(m_values);
}

} // namespace lb
