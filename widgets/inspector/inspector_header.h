#pragma once

#include "core/layers/layer.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QToolButton;

namespace lb {

/// Tile, class, name (editable: click or F2, Enter takes it, Escape does not) and mute.
class InspectorHeader : public QWidget {
    Q_OBJECT
public:
    explicit InspectorHeader(QWidget* parent = nullptr);

    void showLayer(const std::string& kerasClass, About::Family family, const QString& name,
                   bool muted); ///< emits nothing

signals:
    void renamed(const QString& name);
    void muteToggled(bool muted);

protected:
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void commit();

    std::string m_class;
    About::Family m_family = About::Family::Layer;
    QString m_shown;
    QLabel* m_title; // Qt children
    QLineEdit* m_name;
    QToolButton* m_mute;
};

} // namespace lb
