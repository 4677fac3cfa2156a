#include "widgets/inspector/recipe_panel.h"

#include "core/training/losses.h"
#include "widgets/inspector/number_field.h"
#include "widgets/inspector/parameter_panel.h"
#include "widgets/support/controls.h"
#include "widgets/support/number_text.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <cmath>

namespace lb {
namespace {

std::string optimizerName(const Recipe& recipe)
{
    const Config* name = recipe.optimizer.find("class_name");
    const auto* text = name ? name->as<std::string>() : recipe.optimizer.as<std::string>();
    return text ? *text : std::string("Adam");
}

/// Keras' default of the optimizer, which a missing key means.
double defaultRate(const std::string& optimizer)
{
    return optimizer == "SGD" ? 0.01 : 0.001;
}

Config optimizerValue(const Recipe& recipe, std::string_view key, Config missing)
{
    const Config* config = recipe.optimizer.find("config");
    const Config* value = config ? config->find(key) : nullptr;
    return value ? *value : missing;
}

constexpr char kOwnValidation[] = "own_validation"; // of the data, no field

/// As the Data workspace and the node of the data tell it.
double percent(double share)
{
    return std::round(share * 1e9) / 1e7;
}

Config valuesOf(const Recipe& r, bool ownValidation)
{
    const std::string optimizer = optimizerName(r);
    return ConfigObject{
        {"loss", r.loss},
        {"from_logits", r.fromLogits},
        {"optimizer", optimizer},
        {"learning_rate", optimizerValue(r, "learning_rate", defaultRate(optimizer))},
        {"momentum", optimizerValue(r, "momentum", 0.0)},
        {"epochs", r.epochs},
        {"steps_per_epoch", r.stepsPerEpoch},
        {"batch_size", r.batchSize},
        {"validation_fraction", percent(r.validationFraction)},
        {kOwnValidation, ownValidation},
        {"patience", r.earlyStoppingPatience},
        {"restore_best", r.restoreBestWeights},
        {"seed", r.seed},
        {"shuffle", r.shuffle},
        {"drop_remainder", r.dropRemainder}};
}

void setOptimizerValue(Recipe& recipe, const char* key, const Config& value)
{
    if (!recipe.optimizer.as<ConfigObject>()) // the short form: only a name
        recipe.optimizer
            = ConfigObject{{"class_name", optimizerName(recipe)}, {"config", ConfigObject{}}};
    if (!recipe.optimizer.find("config"))
        recipe.optimizer = withParam(recipe.optimizer, "config", ConfigObject{}).value();
    auto edited = withParam(recipe.optimizer, std::string("config/") + key, value);
    if (edited.ok())
        recipe.optimizer = std::move(edited.value());
}

template <typename T> void take(const Config& value, T& into)
{
    if (const T* right = value.as<T>())
        into = *right;
}

Recipe withValue(Recipe r, const QString& key, const Config& value)
{
    if (key == "loss")
        take(value, r.loss);
    else if (key == "from_logits")
        take(value, r.fromLogits);
    else if (key == "optimizer" && value.as<std::string>())
        r.optimizer = ConfigObject{{"class_name", value}, {"config", ConfigObject{}}};
    else if (key == "learning_rate" || key == "momentum")
        setOptimizerValue(r, key.toLatin1().constData(), value);
    else if (key == "epochs")
        take(value, r.epochs);
    else if (key == "steps_per_epoch")
        take(value, r.stepsPerEpoch);
    else if (key == "batch_size")
        take(value, r.batchSize);
    else if (key == "validation_fraction")
        r.validationFraction = realOf(value).value_or(percent(r.validationFraction)) / 100;
    else if (key == "patience")
        take(value, r.earlyStoppingPatience);
    else if (key == "restore_best")
        take(value, r.restoreBestWeights);
    else if (key == "seed")
        take(value, r.seed);
    else if (key == "shuffle")
        take(value, r.shuffle);
    else if (key == "drop_remainder")
        take(value, r.dropRemainder);
    return r;
}

ParamSpec spec(const char* key, Text label, ParamKind kind, Config initial, Text help)
{
    ParamSpec result{.key = key, .label = label, .kind = kind, .help = help};
    result.kerasDefault = result.initial = std::move(initial);
    result.integral = kind == ParamKind::Integer;
    return result;
}

ParamSpec within(ParamSpec spec, Config least, Config most = {})
{
    spec.least = std::move(least);
    spec.most = std::move(most);
    return spec;
}

ParamSpec sliding(ParamSpec spec, Config from, Config to)
{
    spec.sliderFrom = std::move(from);
    spec.sliderTo = std::move(to);
    return spec;
}

ParamSpec chosen(ParamSpec spec, std::vector<std::string> choices)
{
    spec.choices = std::move(choices);
    return spec;
}

ParamSpec advanced(ParamSpec spec)
{
    spec.advanced = true;
    return spec;
}

std::vector<ParamSpec> specs()
{
    using enum ParamKind;
    std::vector<std::string> losses;
    for (const LossKind kind :
         {LossKind::SparseCategoricalCrossentropy, LossKind::CategoricalCrossentropy,
          LossKind::BinaryCrossentropy, LossKind::MeanSquaredError})
        losses.emplace_back(kerasName(kind));
    ParamSpec momentum
        = sliding(within(spec("momentum", LB_TR("Recipe", "Momentum"), Real, 0.0,
                              LB_TR("Recipe", "How much of the last step goes into the next.")),
                         0.0, 1.0),
                  0.0, 0.99);
    momentum.applies = [](const Config& c) {
        const Config* name = c.find("optimizer");
        return name && (*name == Config("SGD") || *name == Config("RMSprop"));
    };
    ParamSpec share
        = sliding(within(spec("validation_fraction", LB_TR("Recipe", "Validation, %"), Real, 10.0,
                              LB_TR("Recipe",
                                    "The part of the data that is kept for validation, "
                                    "where it has no such part of its own.")),
                         0.0, 99.0),
                  0.0, 50.0);
    share.applies = [](const Config& c) {
        const Config* own = c.find(kOwnValidation);
        return !own || *own == Config(false);
    };
    ParamSpec best = spec("restore_best", LB_TR("Recipe", "Keep best weights"), Bool, false,
                          LB_TR("Recipe", "At the end the weights of the best epoch come back."));
    return {
        chosen(spec("loss", LB_TR("Recipe", "Loss"), Choice, "sparse_categorical_crossentropy",
                    LB_TR("Recipe", "What training makes small.")),
               losses),
        spec("from_logits", LB_TR("Recipe", "From logits"), Bool, false,
             LB_TR("Recipe", "The model ends without softmax or sigmoid.")),
        chosen(spec("optimizer", LB_TR("Recipe", "Optimizer"), Choice, "Adam",
                    LB_TR("Recipe", "How a gradient becomes a step.")),
               {"Adam", "RMSprop", "SGD"}),
        within(spec("learning_rate", LB_TR("Recipe", "Learning rate"), Real, 0.001,
                    LB_TR("Recipe", "How long a step is.")),
               0.0),
        momentum,
        within(spec("epochs", LB_TR("Recipe", "Epochs"), Integer, 10,
                    LB_TR("Recipe", "How often training sees all samples.")),
               1),
        within(spec("batch_size", LB_TR("Recipe", "Batch size"), Integer, 32,
                    LB_TR("Recipe", "Samples a step.")),
               1),
        share,
        within(spec("patience", LB_TR("Recipe", "Early stopping"), Integer, 0,
                    LB_TR("Recipe",
                          "Stops after so many epochs without a better validation loss; "
                          "0: never.")),
               0),
        best,
        spec("seed", LB_TR("Recipe", "Seed"), Integer, 1337,
             LB_TR("Recipe", "Draws, initial weights and the order of samples follow from it.")),
        advanced(within(spec("steps_per_epoch", LB_TR("Recipe", "Steps per epoch"), Integer, 0,
                             LB_TR("Recipe", "0: all samples.")),
                        0)),
        advanced(spec("shuffle", LB_TR("Recipe", "Shuffle"), Bool, true,
                      LB_TR("Recipe", "Another order every epoch."))),
        advanced(spec("drop_remainder", LB_TR("Recipe", "Drop remainder"), Bool, false,
                      LB_TR("Recipe", "Leaves a short last batch out."))),
    };
}

} // namespace

RecipePanel::RecipePanel(QWidget* parent, Shows what)
    : QWidget(parent)
    , m_panel(new ParameterPanel(this))
    , m_own(new QWidget(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    auto* own = new QHBoxLayout(m_own);
    own->setContentsMargins(0, 0, 0, 0);
    own->addWidget(makeLabel(tr("Validation"), "caption", m_own));
    own->addStretch(1);
    own->addWidget(makeLabel(tr("own samples"), "caption", m_own));
    QPushButton* toData = makeButton(tr("Data"), "data", "small",
                                   tr("The data bring samples of their own for validation, so no "
                                      "share is split off; which, the Data workspace says"),
                                   m_own);
    toData->setObjectName("ownValidation");
    own->addWidget(toData);
    connect(toData, &QPushButton::clicked, this, &RecipePanel::dataRequested);
    m_own->hide();
    std::vector<ParamSpec> shown = specs();
    if (what == Shows::Validation)
        std::erase_if(shown, [](const ParamSpec& each) { return each.key != "validation_fraction"; });
    column->addWidget(m_panel);
    column->addWidget(m_own);
    m_panel->setSpecs(shown, valuesOf(m_recipe, m_ownValidation), "Recipe");
    for (NumberField* field : m_panel->findChildren<NumberField*>())
        field->refuseBeyondLimits(); // no node could say so later
    connect(m_panel, &ParameterPanel::editRequested, this,
            [this](const QString& key, const Config& value, bool dragging) {
                Q_EMIT recipeEdited(withValue(m_recipe, key, value), key, dragging);
            });
    connect(m_panel, &ParameterPanel::editEnded, this, &RecipePanel::editEnded);
}

void RecipePanel::setRecipe(const Recipe& recipe)
{
    m_recipe = recipe;
    m_panel->setValues(valuesOf(recipe, m_ownValidation));
}

void RecipePanel::setOwnValidation(bool own)
{
    if (own == m_ownValidation)
        return;
    m_ownValidation = own;
    m_own->setVisible(own);
    m_panel->setValues(valuesOf(m_recipe, own));
}

} // namespace lb
