#pragma once

#include "widgets/inspector/number_field.h"
#include "widgets/inspector/trial.h"
#include "widgets/inspector/try_output.h"
#include "widgets/inspector/try_page.h"
#include "widgets/support/controls.h"
#include "widgets/support/segmented.h"

#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

namespace lb {

/// What stands on a TryPage, and what it asks for. try_page_layout.cpp puts it together.
struct TryPage::Impl {
    TryPage& self;
    const LayerType* type = nullptr;
    LayerDef layer;
    std::vector<Spec> wired; ///< what comes to the node
    std::map<std::pair<LayerId, std::string>, Trial> trials; ///< ids come back after undo
    std::optional<PreviewSample> image; ///< small, with what belongs to it
    QImage imagePicture; ///< of the question that was asked last
    std::vector<Role> roles; ///< of its inputs
    QString refusedBoxes; ///< why the image went without what belongs to it
    int asked = 0, answered = 0;
    QTimer typing, busy;

    Segmented* kind = nullptr; // Qt children
    QPlainTextEdit* input = nullptr;
    QFrame* inputFrame = nullptr;
    ElidedLabel* caption = nullptr;
    QWidget* boxesPart = nullptr;
    QPlainTextEdit* boxes = nullptr;
    QLabel* boxesNote = nullptr;
    Segmented* phase = nullptr;
    NumberField* seed = nullptr;
    QPushButton* newSeed = nullptr;
    QWidget* adaptPart = nullptr;
    QPlainTextEdit* adapt = nullptr;
    QLabel* adaptError = nullptr;
    QLabel* learned = nullptr;
    TryOutput* output = nullptr;

    explicit Impl(TryPage& owner)
        : self(owner)
    {
    }

    Trial& trial() { return trials[{layer.id, layer.kerasClass}]; }
    void makeInput(QVBoxLayout& column);
    void makeBoxes(QVBoxLayout& column);
    void makePhase(QVBoxLayout& column);
    void makeAdapt(QVBoxLayout& column);
    void showTrial();
    void showLearned();
    void showTokens(const Tensor& vocabulary);
    void ask();
    void askToAdapt();
    LayerCall call() const;
    Result<> takeInputs(LayerCall& question);
    Result<> takeImage(LayerCall& question);
    bool usesImage() { return trial().kind == Trial::Image && image.has_value(); }
    Result<std::vector<Tensor>> typed(const QString& text);
};

} // namespace lb
