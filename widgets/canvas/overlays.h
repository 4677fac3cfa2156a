#pragma once

#include "core/graph/analysis.h"

#include <QFrame>
#include <QLabel>
#include <QPushButton>
#include <QWidget>

#include <functional>

class QToolButton;
class QVBoxLayout;

namespace lb::canvas {

class CanvasScene;

/// The whole project small, and the part that one sees; a click goes there.
class Minimap : public QWidget {
    Q_OBJECT
public:
    explicit Minimap(const CanvasScene& scene, QWidget* parent);

    void setView(const QRectF& visible, double zoom); ///< scene coordinates
    QSize sizeHint() const override;

signals:
    void centerRequested(QPointF scenePoint);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    QTransform toMap() const;

    const CanvasScene& m_scene;
    QRectF m_visible;
    double m_zoom = 1;
};

/// Over the canvas: which body is shown and how large it is; what nodes show.
class CanvasHeader : public QWidget {
    Q_OBJECT
public:
    explicit CanvasHeader(QWidget* parent);

    /// `way`: names from the root to the body that is shown; all but the last are links.
    void setFacts(const QStringList& way, const QString& facts);

signals:
    void bodyClicked(int depth); ///< its place in the way
    void shownChanged(bool thumbnails, bool ranges, bool costs);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QLabel* m_body;
    QLabel* m_facts;
    QToolButton* m_thumbnails;
    QToolButton* m_ranges;
    QToolButton* m_costs;
};

/// Says what is wrong and offers the ways out: at a refused wire and at a node with a lint.
/// Keys: Enter takes the first, 1 to 9 the others, Esc leaves.
class ProblemCard : public QFrame {
    Q_OBJECT
public:
    ProblemCard(const LayerRegistry& registry, QWidget* parent);

    /// `got` stands in mono below the sentence; may be empty.
    void setProblem(const Problem& problem, const QString& title, const QString& got);
    const Problem& problem() const { return m_problem; }
    bool offers(int fix) const;
    bool handleKey(QKeyEvent* event); ///< whether the key was for the card

signals:
    void fixChosen(int fix);
    void left();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void addFixRow(int index, const Fix& fix);

    const LayerRegistry& m_registry;
    Problem m_problem;
    QVBoxLayout* m_layout;
};

/// What stands on an empty canvas: one sentence, one button.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    explicit EmptyState(QWidget* parent);

signals:
    void sampleRequested();
};

} // namespace lb::canvas
