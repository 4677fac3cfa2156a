#include "app/workbench/toolbar.h"

#include "app/workbench/window_actions.h"
#include "widgets/theme/theme.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

namespace lb {
namespace {

constexpr int kHeight = 48, kLeast = 940;
constexpr int kRoomy = 1360, kSearch = 232, kNarrowSearch = 132, kSearchList = 392;
constexpr int kTight = 1080, kTightSearch = 76;

QToolButton* workspaceButton(QAction* action)
{
    auto* button = new QToolButton;
    action->setIconText(' ' + action->text()); // room between icon and word
    button->setDefaultAction(action);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setProperty("look", "workspace");
    button->setIconSize({16, 16});
    return button;
}

QToolButton* iconButton(QAction* action)
{
    auto* button = new QToolButton;
    button->setDefaultAction(action);
    button->setToolButtonStyle(Qt::ToolButtonIconOnly);
    button->setIconSize({16, 16});
    button->setFixedSize(32, 32);
    return button;
}

QFrame* separator()
{
    auto* line = new QFrame;
    line->setProperty("look", "line");
    line->setFixedSize(1, 22);
    return line;
}

QToolButton* segment(const QString& text, const QString& icon)
{
    auto* button = new QToolButton;
    button->setText(' ' + text);
    button->setIcon(themedIcon(icon));
    button->setIconSize({13, 13});
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setProperty("look", "segment");
    button->setCheckable(true);
    return button;
}

} // namespace

Toolbar::Toolbar(WindowActions& actions, QWidget* parent)
    : QWidget(parent)
    , m_training(segment(tr("Training"), "dice"))
    , m_inference(segment(tr("Inference"), "flag"))
    , m_search(new QPushButton(tr("Find node or command")))
    , m_adapt(new QPushButton(themedIcon("wand", &Theme::text), ' ' + tr("Adapt all")))
    , m_train(new QPushButton(themedIcon("play", &Theme::onAccent), ' ' + tr("Train")))
    , m_searchKey(new QLabel("Ctrl+K"))
    , m_caption(new QLabel(tr("Phase")))
    , m_tools(new QWidget)
    , m_phase(new QWidget)
    , m_actions(actions)
{
    setObjectName("toolbar");
    setProperty("look", "toolbar");
    setAttribute(Qt::WA_StyledBackground);
    setFixedHeight(kHeight);

    auto* tools = new QHBoxLayout(m_tools);
    tools->setContentsMargins(0, 0, 0, 0);
    tools->setSpacing(4);
    tools->addWidget(separator());
    tools->addSpacing(8);
    for (QAction* action : {actions.arrange, actions.fit, actions.minimap})
        tools->addWidget(iconButton(action));

    m_caption->setProperty("look", "hint");
    auto* segments = new QFrame;
    segments->setProperty("look", "segments");
    auto* segmentLayout = new QHBoxLayout(segments);
    segmentLayout->setContentsMargins(1, 1, 1, 1);
    segmentLayout->setSpacing(0);
    auto* phases = new QButtonGroup(this);
    for (QToolButton* button : {m_training, m_inference}) {
        phases->addButton(button);
        segmentLayout->addWidget(button);
    }
    m_training->setObjectName("phaseTraining");
    m_inference->setObjectName("phaseInference");
    m_training->setToolTip(tr("What happens while the model trains (T)"));
    m_inference->setToolTip(tr("What happens once it is used: random layers do nothing (T)"));
    m_training->setChecked(true);
    auto* phaseLayout = new QHBoxLayout(m_phase);
    phaseLayout->setContentsMargins(0, 0, 0, 0);
    phaseLayout->setSpacing(8);
    phaseLayout->addWidget(m_caption);
    phaseLayout->addWidget(segments, 0, Qt::AlignVCenter); // not as high as the bar

    m_search->setObjectName("search");
    m_search->setIcon(themedIcon("search", &Theme::text3));
    m_search->setProperty("look", "searchField");
    m_search->setFixedHeight(28);
    m_searchKey->setParent(m_search);
    m_searchKey->setProperty("look", "monoHint");
    m_searchKey->setAttribute(Qt::WA_TransparentForMouseEvents);
    auto* searchLayout = new QHBoxLayout(m_search);
    searchLayout->setContentsMargins(0, 0, 8, 0);
    searchLayout->addStretch();
    searchLayout->addWidget(m_searchKey);
    m_adapt->setObjectName("adaptAll");
    m_adapt->setAccessibleName(tr("Adapt all"));
    m_train->setObjectName("train");
    m_train->setProperty("look", "primary");

    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 0, 12, 0);
    layout->setSpacing(6);
    for (QAction* action :
         {actions.design, actions.data, actions.trainSpace, actions.exportSpace})
        layout->addWidget(workspaceButton(action), 0, Qt::AlignBottom);
    layout->addSpacing(8);
    layout->addWidget(separator());
    layout->addSpacing(2);
    layout->addWidget(iconButton(actions.undo));
    layout->addWidget(iconButton(actions.redo));
    layout->addSpacing(2);
    layout->addWidget(m_tools);
    layout->addStretch(1);
    layout->addWidget(m_phase);
    layout->addStretch(1);
    layout->addWidget(m_search);
    layout->addSpacing(2);
    layout->addWidget(m_adapt);
    layout->addSpacing(2);
    layout->addWidget(m_train);

    connect(m_training, &QToolButton::clicked, this, [this] { Q_EMIT phaseChosen(Phase::Training); });
    connect(m_inference, &QToolButton::clicked, this,
            [this] { Q_EMIT phaseChosen(Phase::Inference); });
    connect(m_search, &QPushButton::clicked, this, &Toolbar::searchRequested);
    connect(m_adapt, &QPushButton::clicked, actions.adaptAll, &QAction::trigger);
    connect(m_train, &QPushButton::clicked, actions.train, &QAction::trigger);
    m_adapt->setToolTip(tr("Let every layer learn from the data what it needs (%1)")
                            .arg(keyText(*actions.adaptAll)));
}

void Toolbar::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fit();
}

void Toolbar::fit()
{
    const bool narrow = width() < kRoomy;
    m_caption->setVisible(!narrow);
    m_search->setText(narrow ? tr("Find") : tr("Find node or command"));
    // On the smallest windows the search and the button that does both give way to its name.
    const bool tight = width() < kTight && m_trainIsLong;
    m_searchKey->setVisible(!tight);
    m_adapt->setVisible(!tight);
    m_search->setFixedWidth(tight ? kTightSearch : narrow ? kNarrowSearch : kSearch);
    m_adapt->setText(narrow && m_trainIsLong ? QString() : ' ' + tr("Adapt all"));
}

QSize Toolbar::minimumSizeHint() const
{
    return {kLeast, kHeight};
}

void Toolbar::setDesignTools(bool shown)
{
    m_tools->setVisible(shown);
    m_phase->setVisible(shown);
}

void Toolbar::setPhase(Phase phase)
{
    m_training->setChecked(phase == Phase::Training);
    m_inference->setChecked(phase == Phase::Inference);
}

void Toolbar::setTrain(int errors, Run run, const QString& why)
{
    const bool enabled = errors == 0 && why.isEmpty();
    // What the button of the Train workspace is called, too.
    const QString action = run == Run::AdaptsFirst && enabled ? tr("Adapt all and train") : tr("Train");
    m_train->setText(' ' + (run == Run::Adapting   ? tr("Adapting")
                            : run == Run::Training ? tr("Training")
                            : errors               ? tr("Train  %1").arg(errors)
                                                   : action));
    m_trainIsLong = run == Run::AdaptsFirst && enabled;
    fit();
    m_train->setIcon(themedIcon(run == Run::Training ? "train" : run == Run::Adapting ? "wand" : "play",
                                enabled ? &Theme::onAccent : &Theme::text3));
    m_train->setEnabled(enabled);
    m_actions.train->setEnabled(enabled);
    m_actions.train->setText(action);
    m_train->setToolTip(!enabled ? why
                                 : (run == Run::AdaptsFirst
                                        ? tr("Lets the layers learn from the data, then trains the model (%1)")
                                        : tr("Train the model (%1)"))
                                       .arg(keyText(*m_actions.train)));
}

void Toolbar::setAdapting(bool running)
{
    m_adapt->setEnabled(!running);
    m_actions.adaptAll->setEnabled(!running);
}

QPoint Toolbar::searchCorner() const
{
    return m_search->mapToGlobal(QPoint(m_search->width(), m_search->height() + 4));
}

int Toolbar::searchWidth() const
{
    return kSearchList;
}

} // namespace lb
