#pragma once

#include "core/graph/analysis.h"
#include "core/layers/param_spec.h"

#include <QImage>
#include <QWidget>

#include <span>

class QLabel;
class QToolButton;
class QVBoxLayout;

namespace lb {

class ParamEditor;

/// A problem as a card: what is wrong, and a button for each way out.
QWidget* makeProblemCard(const Problem& problem, QWidget* parent,
                         const std::function<void(int)>& onFix);

/// One parameter: its label, the editor, a way back to the default, what is wrong with it.
class ParamRow : public QWidget {
    Q_OBJECT
public:
    ParamRow(const ParamSpec& spec, std::string_view kerasClass, QWidget* parent);

    const ParamSpec& spec() const { return m_spec; }
    void showValue(const Config& value); ///< emits nothing
    void showRefusal(const QString& why); ///< of what is typed; "": of nothing
    bool hasProblems() const { return !m_cards.empty(); }
    void setProblems(std::span<const Problem* const> problems);
    void setPictures(const std::vector<QImage>& pictures, const QString& note);
    ParamEditor& editor() { return *m_editor; }

signals:
    void edited(const lb::Config& value, bool dragging);
    void dragEnded();
    void fixRequested(const lb::Problem& problem, int fix);

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    QString toolTipText() const;
    Config fallback() const; ///< what reset gives

    const ParamSpec m_spec;
    QLabel* m_label; // Qt children
    QToolButton* m_reset;
    ParamEditor* m_editor;
    QVBoxLayout* m_column;
    QLabel* m_refusal;
    std::vector<QWidget*> m_cards;
};

} // namespace lb
