#pragma once

#include "core/graph/analysis.h"
#include "core/layers/registry.h"

#include <QWidget>

#include <map>
#include <memory>

class QLabel;
class QPlainTextEdit;
class QFormLayout;
class QVBoxLayout;

namespace lb {

class ExamplePicture;
struct LayerExample;

/// Tab "About": what the layer does, its formula, an example, its shapes, when it draws. Examples
/// are made when they are first seen, and kept.
class AboutPage : public QWidget {
    Q_OBJECT
public:
    explicit AboutPage(const LayerRegistry& registry, QWidget* parent = nullptr);
    ~AboutPage() override;
    void showLayer(const LayerType& type, const NodeFacts& facts, const QString& inputs);

    ExamplePicture* example() const { return m_example; }

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void showExample();

    const LayerRegistry& m_registry;
    const LayerType* m_type = nullptr;
    std::map<const LayerType*, std::unique_ptr<const LayerExample>> m_examples; ///< null: none
    QLabel* m_summary; // Qt children
    QLabel* m_formula;
    ExamplePicture* m_example;
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
