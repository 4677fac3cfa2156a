#pragma once

#include "widgets/inspector/inspector.h"

class QFormLayout;
class QFrame;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTabBar;

namespace lb {

class AboutPage;
class CodePage;
class InspectorHeader;
class LedgerPage;
class ParameterPanel;
class RecipePanel;
class Section;
class TensorProbe;

/// What the inspector holds: inspector_layout.cpp makes it, inspector.cpp fills it.
struct Inspector::Impl {
    Inspector& self;
    const LayerRegistry& registry;
    std::shared_ptr<const Document> document;
    NodeId node;
    LayerId shownLayer;
    std::string shownClass;
    NodeFacts facts;
    std::vector<Problem> problems;
    std::vector<Spec> inputs; ///< what the node takes

    QStackedWidget* whole = nullptr; // Qt children
    InspectorHeader* header = nullptr;
    QTabBar* tabs = nullptr;
    QStackedWidget* pages = nullptr;
    ParameterPanel* panel = nullptr;
    QFrame* adaptCard = nullptr;
    QLabel* adaptText = nullptr;
    QPushButton* adaptButton = nullptr;
    QFrame* noteCard = nullptr;
    QLabel* note = nullptr;
    QLabel* group = nullptr; ///< links to a group's layers, or to the group around a layer
    AboutPage* about = nullptr;
    CodePage* code = nullptr;
    TryPage* tryPage = nullptr;
    LedgerPage* ledger = nullptr;
    Section* probeSection = nullptr;
    TensorProbe* probe = nullptr;
    Section* costSection = nullptr;
    CostList* costs = nullptr;
    QFormLayout* projectFacts = nullptr;
    RecipePanel* recipe = nullptr;
    RecipePanel* nodeRecipe = nullptr; ///< of Batch and Output, which the recipe sets
    RecipePanel* sourceRecipe = nullptr; ///< of Source: what is split off for validation

    Impl(Inspector& owner, const LayerRegistry& theRegistry)
        : self(owner)
        , registry(theRegistry)
    {
    }

    QWidget* makeNodePage();
    QWidget* makeParametersPage();
    QWidget* makeProjectPage();
    void showNode();
    void showLayer(const LayerDef& layer, const LayerType& type);
    void showComposite(const Node& shown);
    void showGroupLinks(const Node& shown);
    void showAdapt();
    void showProject(const Analysis& analysis, const Facts& projectFacts);
    void takeFacts(const Analysis& analysis);
};

} // namespace lb
