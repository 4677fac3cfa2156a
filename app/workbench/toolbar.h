#pragma once

#include "core/layers/layer.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QToolButton;

namespace lb {

struct WindowActions;

/// The row below the menu: workspaces, undo, canvas tools, phase, search, Adapt all and Train.
class Toolbar : public QWidget {
    Q_OBJECT
public:
    Toolbar(WindowActions& actions, QWidget* parent);

    void setDesignTools(bool shown); ///< what concerns the canvas only
    void setPhase(Phase phase);
    enum class Run { Ready, AdaptsFirst, Adapting, Training };
    /// `errors` stand on the button; `why` is its tool tip where it is off.
    void setTrain(int errors, Run run, const QString& why);
    void setAdapting(bool running);
    QPoint searchCorner() const; ///< global; the list opens below it
    int searchWidth() const;
    QSize minimumSizeHint() const override; ///< with the short search field

signals:
    void phaseChosen(lb::Phase phase);
    void searchRequested();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void fit();

    bool m_trainIsLong = false; ///< its button needs the room of others
    QToolButton* m_training;
    QToolButton* m_inference;
    QPushButton* m_search;
    QPushButton* m_adapt;
    QPushButton* m_train;
    QLabel* m_searchKey;
    QLabel* m_caption;
    QWidget* m_tools;
    QWidget* m_phase;
    WindowActions& m_actions;
};

} // namespace lb
