#pragma once

#include "core/conform/layer_call.h"
#include "core/graph/document.h"
#include "core/graph/ledger.h"
#include "core/preview/preview.h"

#include <QWidget>

#include <map>
#include <memory>

namespace lb {

/// What a state's record says of data and input where somebody typed the values.
inline constexpr const char* kTypedData = ledger::kTyped;

/// Tab "Try it": the shown layer called like a function, on numbers or texts that are typed or pasted
/// or on the pinned image, with its mask and boxes where the layer moves them; layers that learn from data can be adapted on typed values.
///
/// It computes nothing: the owner answers callRequested() with setAnswer(), from another thread's
/// result, and adaptRequested() with an undo command. What was typed stays with its layer until
/// forgetTrials(); another class under the same id, as after undo, begins anew. Nothing is asked for while it is hidden. Main thread only.
class TryPage : public QWidget {
    Q_OBJECT
public:
    explicit TryPage(QWidget* parent = nullptr);
    ~TryPage() override;

    /// Emits nothing but a new question where it is visible. `inputs`: what comes to the node.
    void showLayer(const LayerType& type, const LayerDef& layer, const std::vector<Spec>& inputs);
    void showNothing(); ///< a group, or a class that is not known here
    void setSample(const std::optional<PreviewSample>& sample); ///< for the image
    /// The answer to the question `ticket`; older ones are passed over.
    void setAnswer(int ticket, const Result<LayerAnswer>& answer);
    void setAdaptError(const QString& message); ///< "" takes it away
    bool settled() const; ///< what was asked last is answered

public slots:
    /// The project is another one: what was typed belongs to none of its layers. Shows nothing until
    /// the next showLayer().
    void forgetTrials();

signals:
    void callRequested(lb::LayerId layer, const lb::LayerCall& call, int ticket);
    /// The call's `adapt` holds the values; its answer's state is what was learned.
    void adaptRequested(lb::LayerId layer, const lb::LayerCall& call);

protected:
    void showEvent(QShowEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace lb
