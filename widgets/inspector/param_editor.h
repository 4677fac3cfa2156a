#pragma once

#include "core/layers/param_spec.h"

#include <QImage>
#include <QWidget>

#include <optional>

namespace lb {

/// Edits one parameter's value. It keeps no truth: show() is called again after every edit.
class ParamEditor : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;

    virtual void show(const Config& value) = 0; ///< emits nothing; another type: leaves it as it is
    virtual bool wide() const { return false; } ///< stands below its label, not beside it
    virtual QWidget* headExtra() { return nullptr; } ///< belongs at the right of the label
    /// What each choice would give, in the spec's order; `note` says at which draw. Most editors
    /// show none.
    virtual void setPictures(const std::vector<QImage>& pictures, const QString& note)
    {
        static_cast<void>(pictures);
        static_cast<void>(note);
    }
    /// What is typed and cannot be applied yet, so that it can be shown again with the same value.
    virtual std::optional<QString> draft() const { return {}; }
    virtual void setDraft(const QString& text) { static_cast<void>(text); }

signals:
    void edited(const lb::Config& value, bool dragging); ///< by the user
    void dragEnded(); ///< what was dragged is one step now
    void refused(const QString& why); ///< what is typed; "" once it is no longer so
};

/// The editor for a spec's kind. `kerasClass` adds what only one layer has: turns or degrees.
ParamEditor* makeParamEditor(const ParamSpec& spec, std::string_view kerasClass, QWidget* parent);

// by kind; param_editors_*.cpp
ParamEditor* makeRangeEditor(const ParamSpec& spec, std::string_view kerasClass, QWidget* parent);
ParamEditor* makePairEditor(const ParamSpec& spec, QWidget* parent);
ParamEditor* makeNumberEditor(const ParamSpec& spec, QWidget* parent);
ParamEditor* makeNumbersEditor(const ParamSpec& spec, QWidget* parent); ///< List, NumberOrList
ParamEditor* makeSeedEditor(const ParamSpec& spec, QWidget* parent);
ParamEditor* makeChoiceEditor(const ParamSpec& spec, QWidget* parent);
ParamEditor* makePictureChoiceEditor(const ParamSpec& spec,
                                     QWidget* parent); ///< with setPictures()
ParamEditor* makeTextEditor(const ParamSpec& spec, QWidget* parent);
ParamEditor* makeJsonEditor(const ParamSpec& spec, QWidget* parent); ///< Any

} // namespace lb
