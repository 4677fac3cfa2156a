#pragma once

#include "core/preview/layer_example.h"

#include <QWidget>

namespace lb {

/// What goes into a layer and what comes out of it, side by side with an arrow between.
class ExamplePicture : public QWidget {
    Q_OBJECT
public:
    explicit ExamplePicture(QWidget* parent = nullptr);

    void setExample(std::optional<LayerExample> example); ///< nothing: takes no room
    const std::optional<LayerExample>& example() const { return m_example; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {200, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void paintValue(QPainter& painter, const QRectF& box, const ExampleValue& value,
                    const QString& note) const;

    std::optional<LayerExample> m_example;
};

} // namespace lb
