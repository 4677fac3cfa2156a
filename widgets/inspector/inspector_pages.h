#pragma once

#include "core/graph/analysis.h"
#include "core/layers/layer.h"

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QFormLayout;
class QVBoxLayout;

namespace lb {

/// Tab "About": what the layer does, its formula, its shapes, when it draws.
class AboutPage : public QWidget {
    Q_OBJECT
public:
    explicit AboutPage(QWidget* parent = nullptr);
    void showLayer(const LayerType& type, const NodeFacts& facts, const QString& inputs);

private:
    QLabel* m_summary; // Qt children
    QLabel* m_formula;
    QFormLayout* m_facts;
    QLabel* m_note;
    QLabel* m_parameters;
};

/// Tab "Code": the layer as a line of Python, to copy.
class CodePage : public QWidget {
    Q_OBJECT
public:
    explicit CodePage(QWidget* parent = nullptr);
    void showCode(const QString& code);

private:
    QPlainTextEdit* m_text; // Qt child
};

/// A heading with an icon, a note at the right and a widget below.
class Section : public QWidget {
    Q_OBJECT
public:
    Section(const QString& icon, const QString& title, QWidget* content, QWidget* parent);
    void setNote(const QString& note);

private:
    QLabel* m_note; // Qt child
};

/// Rows "name   value" of a project or a layer.
void addFact(QFormLayout& form, const QString& name, const QString& value);
void clearFacts(QFormLayout& form);
QString grouped(std::int64_t number); ///< "20,490" in the user's format
QString specText(const Spec& spec); ///< "B×32×32×3 float32 0–255"

} // namespace lb
