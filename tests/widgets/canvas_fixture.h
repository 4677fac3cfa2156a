#pragma once

#include "core/graph/edits.h"
#include "core/graph/flow.h"
#include "core/graph/project_file.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/theme/theme.h"

#include <QSignalSpy>
#include <QTest>

#include <array>
#include <stdexcept>

// What the signals of a canvas carry.
Q_DECLARE_METATYPE(lb::NodeId)
Q_DECLARE_METATYPE(lb::PortRef)
Q_DECLARE_METATYPE(lb::Stage)
Q_DECLARE_METATYPE(lb::Point)
Q_DECLARE_METATYPE(std::vector<lb::NodeId>)

namespace lb::test {

/// A canvas off the screen with a document, as large as in the main window at 1600 x 1000.
class CanvasFixture {
public:
    CanvasFixture()
    {
        registerBuiltinLayers(registry);
        facts.columns = {{"image", {DType::UInt8, {32, 32, 3}, ValueRange::proven(0, 255)}}};
        facts.samples = 8'192;
        facts.classNames = std::vector<std::string>(10, "shape");
        setTheme(Theme::dark());
        view = std::make_unique<CanvasView>(registry);
        view->resize(1104, 519);
    }

    void show(Document next)
    {
        document = std::make_shared<const Document>(std::move(next));
        refresh();
        view->show();
        static_cast<void>(QTest::qWaitForWindowExposed(view.get()));
        QTest::mouseMove(view->viewport(), QPoint(3, 515)); // nothing is under the pointer
    }
    void refresh() { view->setDocument(document, analysis(), facts); }
    Analysis analysis() const { return analysed(*document, facts, registry); }

    static Document templateNamed(std::string_view name)
    {
        for (const Template& one : builtinTemplates())
            if (one.name == name)
                return must(parseProject(one.json, Limits{}));
        throw std::runtime_error("no such template");
    }
    template <typename T> static T must(Result<T> result)
    {
        if (!result.ok())
            throw std::runtime_error(english(result.error().message));
        return std::move(result.value());
    }
    NodeId named(std::string_view name) const
    {
        const Node* node = document->named(name);
        if (!node)
            throw std::runtime_error("no node " + std::string(name));
        return node->id;
    }

    QWidget* port() const { return view->viewport(); } ///< what takes mouse and wheel
    void drag(QPoint from, QPoint to, Qt::MouseButton button = Qt::LeftButton,
              Qt::KeyboardModifiers keys = {}) const
    {
        QTest::mousePress(port(), button, keys, from);
        moveHeld(from, to, button, keys);
        QTest::mouseRelease(port(), button, keys, to);
    }
    /// Moves in steps with the button down, as a hand does.
    void moveHeld(QPoint from, QPoint to, Qt::MouseButton button = Qt::LeftButton,
                  Qt::KeyboardModifiers keys = {}) const
    {
        constexpr int kSteps = 6;
        for (int step = 1; step <= kSteps; ++step) {
            const QPoint at = from + (to - from) * step / kSteps;
            QMouseEvent move(QEvent::MouseMove, at, port()->mapToGlobal(at), Qt::NoButton, button,
                             keys);
            QApplication::sendEvent(port(), &move);
        }
    }
    void wheel(QPoint at, int notches) const
    {
        QWheelEvent event(at, port()->mapToGlobal(at), {}, {0, notches * 120}, Qt::NoButton, {},
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(port(), &event);
    }
    QImage picture() const { return view->grab().toImage().convertToFormat(QImage::Format_RGB32); }
    /// The colour that the canvas shows at a place.
    QColor colorAt(QPoint at) const { return picture().pixelColor(at); }

    LayerRegistry registry;
    Facts facts;
    std::shared_ptr<const Document> document;
    std::unique_ptr<CanvasView> view;
};

} // namespace lb::test
