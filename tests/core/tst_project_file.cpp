#include "core/graph/project_file.h"
#include "core/support/files.h"
#include "tests/core/example_document.h"
#include "tests/support/lb_test.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <limits>

using namespace lb;
using lb::test::Builder;

namespace {

constexpr const char* kForeign = R"({
  "bodies": [
    {
      "colour": "blue",
      "frames": [
        {
          "id": 9,
          "nodes": [
            3
          ],
          "shade": 2,
          "title": "group"
        }
      ],
      "id": 1,
      "name": "main",
      "nodes": [
        {
          "at": [
            10.5,
            -2.0
          ],
          "call": {},
          "id": 3,
          "inputs": [],
          "layer": 2,
          "note": "mine",
          "stage": "pipeline"
        },
        {
          "at": [
            250.0,
            0.0
          ],
          "call": {
            "training": true
          },
          "id": 5,
          "inputs": [
            {
              "from": {
                "bend": 0.5,
                "node": 3,
                "output": 0
              },
              "label_at": "start",
              "port": ""
            }
          ],
          "layer": 4,
          "muted": true,
          "stage": "model"
        }
      ]
    }
  ],
  "later": {
    "a": [
      1,
      1.0,
      null
    ]
  },
  "layerbench": 1,
  "layers": [
    {
      "class_name": "Source",
      "config": {
        "kind": "drawn_shapes"
      },
      "id": 2,
      "name": "source"
    },
    {
      "adapted": {
        "note": "kept",
        "record": {
          "rows": 64
        },
        "tensors": {
          "count": {
            "dtype": "int64",
            "shape": [],
            "value": [
              9007199254740993
            ]
          },
          "mean": {
            "dtype": "float32",
            "shape": [
              3
            ],
            "unit": "grey",
            "value": [
              0.5,
              NaN,
              -Infinity
            ]
          }
        }
      },
      "class_name": "NotBuiltYet",
      "config": {
        "depth": {
          "x": [
            1,
            2.0
          ]
        }
      },
      "id": 4,
      "name": "not_built_yet",
      "since": "2.0"
    }
  ],
  "next_id": 12,
  "recipe": {
    "batch_size": 32,
    "drop_remainder": false,
    "early_stopping_patience": 0,
    "epochs": 10,
    "from_logits": false,
    "loss": "sparse_categorical_crossentropy",
    "metrics": [
      "accuracy"
    ],
    "mood": "calm",
    "optimizer": {
      "class_name": "Adam",
      "config": {}
    },
    "restore_best_weights": false,
    "seed": 1337,
    "shuffle": true,
    "steps_per_epoch": 0,
    "validation_fraction": 0.1
  }
}
)";

std::string replaced(std::string text, const std::string& from, const std::string& to)
{
    const auto at = text.find(from);
    return at == std::string::npos ? std::string() : text.replace(at, from.size(), to);
}

} // namespace

/// Projects: what is written is read, what is foreign survives, what is broken is refused.
class TstProjectFile : public QObject {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void keepsUnknownFieldsAtEveryLevel()
    {
        const auto document = parseProject(kForeign, {});

        QVERIFY2(document.ok(), document.ok() ? "" : document.error().where.c_str());
        QCOMPARE(QString::fromStdString(writeProject(document.value())), QString(kForeign));
        const StateHandle& state = document.value().layers.at(1)->adapted;
        QCOMPARE(state->tensors.at("count").values<std::int64_t>()[0], 9007199254740993);
        QVERIFY(std::isnan(state->tensors.at("mean").values<float>()[1]));
    }

    void templatesAreCanonical()
    {
        QCOMPARE(builtinTemplates().size(), std::size_t{7});
        for (const Template& one : builtinTemplates()) {
            const auto document = parseProject(one.json, {});
            QVERIFY2(document.ok(), one.name.c_str());
            QVERIFY2(writeProject(document.value()) == one.json, one.name.c_str());
            if (one.name == "drawn_shapes" || one.name == "cifar10")
                QCOMPARE(document.value().root().frames.at(0).title,
                         std::string("data_augmentation"));
            QVERIFY(document.value().source() && document.value().output());
        }
    }

    void savesAndLoads()
    {
        QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.path().toStdString()) / "a project.lbench";
        Builder b;
        const NodeId source = b.source();
        b.output(b.after(source, "Dense", ConfigObject{{"units", 3}, {"gain", 0.1}}), source);

        QVERIFY(saveProject(b.document, path).ok());
        const auto loaded = loadProject(path, {});

        QVERIFY(loaded.ok());
        QVERIFY(loaded.value() == b.document);
    }

    void refusesWhatIsNoProject_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("where");
        const auto row = [](const char* name, const std::string& text, ErrorCode code,
                            const char* where) {
            QTest::newRow(name) << QString::fromStdString(text) << static_cast<int>(code) << where;
        };
        const std::string good = kForeign;
        row("empty", "", ErrorCode::BadFile, "");
        row("cut off", good.substr(0, good.size() / 2), ErrorCode::BadFile, "");
        row("foreign", R"({"nodes": [1, 2]})", ErrorCode::BadFile, "");
        row("a list", "[]", ErrorCode::BadFile, "");
        row("newer", replaced(good, "\"layerbench\": 1", "\"layerbench\": 2"),
            ErrorCode::Unsupported, "layerbench");
        row("text for a number", replaced(good, "\"epochs\": 10", "\"epochs\": \"ten\""),
            ErrorCode::BadFile, "recipe/epochs");
        for (const char* share : {"NaN", "-0.5", "1.5"})
            row(share, replaced(good, "\"validation_fraction\": 0.1",
                                std::string("\"validation_fraction\": ") + share),
                ErrorCode::BadFile, "recipe/validation_fraction");
        row("an id twice", replaced(good, "\"id\": 9", "\"id\": 3"), ErrorCode::BadFile,
            "bodies/0/frames/0/id");
        row("a wire from nowhere", replaced(good, "\"node\": 3", "\"node\": 77"),
            ErrorCode::BadFile, "node 5");
        row("a layer from nowhere", replaced(good, "\"layer\": 4", "\"layer\": 77"),
            ErrorCode::BadFile, "node 5");
        row("a group in itself", replaced(good, "\"layer\": 4", "\"body\": 1"), ErrorCode::BadFile,
            "main");
        row("a tensor that lies",
            replaced(good, "\"shape\": [\n              3", "\"shape\": [\n              4000"),
            ErrorCode::BadFile, "layers/1/adapted/tensors/mean/");
        row("a tensor beyond memory",
            replaced(good, "\"shape\": [\n              3",
                     "\"shape\": [\n              4611686018427387904"),
            ErrorCode::TooLarge, "layers/1/adapted/tensors/mean/shape/0/");
        row("an output that no layer has", replaced(good, "\"output\": 0", "\"output\": -1"),
            ErrorCode::BadFile, "bodies/0/nodes/1/inputs/0/from/output");
    }
    void refusesWhatIsNoProject()
    {
        QFETCH(QString, text);
        QFETCH(int, code);
        QFETCH(QString, where);

        const auto document = parseProject(text.toStdString(), {});

        QVERIFY(!document.ok());
        QCOMPARE(static_cast<int>(document.error().code), code);
        if (!where.isEmpty())
            QCOMPARE(QString::fromStdString(document.error().where), where);
        QVERIFY(!english(document.error().message).empty());
    }

    void survivesEveryTruncation()
    {
        const std::string good = kForeign;
        for (std::size_t length = 0; length + 2 < good.size(); length += 7)
            QVERIFY(!parseProject(good.substr(0, length), {}).ok());
    }
};

LB_TEST(TstProjectFile)
#include "tst_project_file.moc"
