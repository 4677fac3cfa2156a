#pragma once

#include "core/graph/document.h"

#include <QWidget>

namespace lb {

class ParameterPanel;

/// Edits how the model is trained: loss, optimizer and its rate, epochs, batch, early stopping,
/// seed, validation.
class RecipePanel : public QWidget {
    Q_OBJECT
public:
    explicit RecipePanel(QWidget* parent = nullptr);

    void setRecipe(const Recipe& recipe); ///< emits nothing

signals:
    /// `key`: what was edited; `dragging` as in ParameterPanel.
    void recipeEdited(const lb::Recipe& recipe, const QString& key, bool dragging);
    void editEnded();

private:
    Recipe m_recipe;
    ParameterPanel* m_panel; // Qt child
};

} // namespace lb
