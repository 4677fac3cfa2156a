#include "app/workbench/command_line.h"

#include "core/support/nearest_name.h"

#include <QCommandLineParser>

#include <string>
#include <vector>

namespace lb {
namespace {

CommandLine refused(const QString& why)
{
    CommandLine line;
    line.exitCode = 2;
    line.message = why;
    return line;
}

/// " Is --theme meant?", where a name is near to the first unknown one.
QString meantOption(const QStringList& unknown, const QList<QCommandLineOption>& options)
{
    std::vector<std::string> names;
    for (const QCommandLineOption& option : options)
        names.push_back(option.names().first().toStdString());
    const std::string near
        = unknown.isEmpty() ? std::string() : nearestName(unknown.first().toStdString(), names);
    return near.empty() ? QString()
                        : ' ' + QObject::tr("Is --%1 meant?").arg(QString::fromStdString(near));
}

std::optional<Workspace> workspaceNamed(const QString& name)
{
    for (const Workspace one :
         {Workspace::Design, Workspace::Data, Workspace::Train, Workspace::Export})
        if (workspaceKey(one) == name)
            return one;
    return {};
}

} // namespace

CommandLine parsedCommandLine(const QStringList& arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QObject::tr("Assembles, inspects, trains and exports preprocessing and model layers."));
    parser.addPositionalArgument("project", QObject::tr("A .lbench file."), "[PROJECT]");
    const QList<QCommandLineOption> options{{"template", QObject::tr("Start from a template."), "NAME"},
                       {"theme", QObject::tr("dark or light."), "THEME"},
                       {"workspace", QObject::tr("design, data, train or export."), "NAME"},
                       {"screenshot", QObject::tr("Paint the window into a PNG and end."), "FILE"},
                       {"select", QObject::tr("Select the node of that name before."), "NODE"},
                       {"train", QObject::tr("Train before the window is painted.")},
                       {"adapt", QObject::tr("Adapt all layers before.")},
                       {"tab", QObject::tr("Bring the tab of that name to the front before."), "NAME"},
                       {"compare",
                        QObject::tr("Adapt the selected layer with that setting as well, and show "
                                    "both states."),
                        "KEY=NUMBER"},
                       {"adapt-on",
                        QObject::tr("Adapt the selected layer on these values, a line each; needs "
                                    "--tab \"try it\"."),
                        "VALUES"},
                       {"try", QObject::tr("Type this into the Try it that is in front."), "VALUES"},
                       {"size", QObject::tr("Of the window, such as 1600x1000."), "SIZE"}};
    parser.addOptions(options);
    const QCommandLineOption help = parser.addHelpOption();
    const QCommandLineOption version = parser.addVersionOption();
    if (!parser.parse(arguments))
        return refused(parser.errorText() + meantOption(parser.unknownOptionNames(), options));

    CommandLine line;
    if (parser.isSet(help) || parser.isSet(version)) {
        line.exitCode = 0;
        line.message = parser.isSet(help)
            ? parser.helpText()
            : "layerbench " + QCoreApplication::applicationVersion();
        return line;
    }
    if (parser.positionalArguments().size() > 1)
        return refused(QObject::tr("One project at a time."));
    line.project = parser.positionalArguments().value(0);
    if (parser.isSet("template"))
        line.templateName = parser.value("template");
    if (parser.isSet("theme")) {
        line.theme = parser.value("theme");
        if (*line.theme != "dark" && *line.theme != "light")
            return refused(QObject::tr("--theme is dark or light, is: %1").arg(*line.theme));
    }
    if (parser.isSet("workspace")) {
        const auto workspace = workspaceNamed(parser.value("workspace"));
        if (!workspace)
            return refused(QObject::tr("--workspace is design, data, train or export, is: %1")
                               .arg(parser.value("workspace")));
        line.workspace = *workspace;
        line.workspaceIsGiven = true;
    }
    line.screenshot = parser.value("screenshot");
    line.select = parser.value("select");
    line.train = parser.isSet("train");
    line.adapt = parser.isSet("adapt");
    line.tabs = parser.values("tab");
    line.compare = parser.value("compare");
    line.adaptOn = parser.value("adapt-on");
    line.tries = parser.value("try");
    if (!line.compare.isEmpty() && (line.select.isEmpty() || !line.adapt))
        return refused(QObject::tr("--compare goes with --select and --adapt."));
    if (line.screenshot.isEmpty()
        && (line.train || line.adapt || !line.tabs.isEmpty() || !line.select.isEmpty()
            || !line.adaptOn.isEmpty() || !line.tries.isEmpty()))
        return refused(QObject::tr("--select, --adapt, --adapt-on, --try, --tab and --train go with "
                                   "--screenshot."));
    if (parser.isSet("size")) {
        const QStringList sides = parser.value("size").split('x');
        line.size = {sides.value(0).toInt(), sides.value(1).toInt()};
        line.sizeIsGiven = true;
        if (sides.size() != 2 || line.size.width() < 100 || line.size.height() < 100
            || line.size.width() > 16'000 || line.size.height() > 16'000)
            return refused(QObject::tr("--size is such as 1600x1000, is: %1")
                               .arg(parser.value("size")));
    }
    return line;
}

QRect placeOnScreen(const QSize& size, const QRect& available)
{
    constexpr int kTitle = 36, kBorder = 4; ///< of a usual frame, which is not known before it is shown
    const QRect inside = available.adjusted(kBorder, kTitle, -kBorder, -kBorder);
    QRect place({}, size.boundedTo(inside.size()));
    place.moveCenter(inside.center());
    return place;
}

} // namespace lb
