#pragma once

#include "core/graph/analysis.h"
#include "core/layers/param_spec.h"

#include <QImage>
#include <QWidget>

#include <map>
#include <set>
#include <span>

class QPushButton;
class QVBoxLayout;

namespace lb {

class ParamRow;

/// Shows one editor per ParamSpec and reports what the user wants; it never writes a layer.
///
/// The owner answers `editRequested` with an undo command, then calls setValues(), also from
/// inside the signal: editors are created by setSpecs() only. Main thread only.
class ParameterPanel : public QWidget {
    Q_OBJECT
public:
    explicit ParameterPanel(QWidget* parent = nullptr);
    ~ParameterPanel() override;

    /// Emits nothing. `kerasClass` gives some editors what only that layer has. What is typed and
    /// cannot be applied is kept for `owner` and shown with it again.
    void setSpecs(std::span<const ParamSpec> specs, const Config& values,
                  std::string_view kerasClass = {}, const QString& owner = {});
    void forgetTyped(); ///< emits nothing. What was typed for any owner; needs setSpecs() next
    void setValues(const Config& values); ///< emits nothing; missing keys show Keras' default
    /// Emits nothing. Problems of a field stand below it, others on top.
    void setProblems(std::span<const Problem> problems);
    /// Emits nothing. What each choice of a parameter would give.
    void setPictures(std::string_view key, const std::vector<QImage>& pictures,
                     const QString& note);

signals:
    /// `dragging`: the next edit of the path belongs to the same step until editEnded().
    void editRequested(const QString& path, const lb::Config& value, bool dragging);
    void editEnded();
    void fixRequested(const lb::Problem& problem, int fix);

private:
    struct Draft {
        QString text;
        Config against; ///< the value in force
    };

    void showRows(const Config& values);
    void keepDrafts();
    void showDrafts();
    Config valueOf(const ParamSpec& spec) const;

    std::vector<ParamSpec> m_specs;
    std::vector<ParamRow*> m_rows; // one a spec; Qt children
    QVBoxLayout* m_column; // Qt children
    QWidget* m_general;
    QPushButton* m_more;
    Config m_values;
    bool m_showMore = false;
    std::set<const ParamRow*> m_called; ///< had a problem: stay until More is pressed or the owner changes
    QString m_owner;
    std::map<std::pair<QString, std::string>, Draft> m_drafts; ///< by owner and key
};

} // namespace lb
