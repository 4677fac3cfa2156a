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
    enum class Shows { Everything, Validation };
    explicit RecipePanel(QWidget* parent = nullptr, Shows what = Shows::Everything);

    void setRecipe(const Recipe& recipe); ///< emits nothing
    /// The data bring samples of their own for validation, so that no share is split off.
    void setOwnValidation(bool own);

signals:
    /// `key`: what was edited; `dragging` as in ParameterPanel.
    void recipeEdited(const lb::Recipe& recipe, const QString& key, bool dragging);
    void editEnded();
    void dataRequested(); ///< where the split is set

private:
    Recipe m_recipe;
    bool m_ownValidation = false;
    ParameterPanel* m_panel; // Qt children
    QWidget* m_own;
};

} // namespace lb
