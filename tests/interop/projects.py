"""Small projects as .lbench JSON, for the tests that export them."""

PIPELINE, MODEL = "pipeline", "model"


class Project:
    """Nodes behind one Source, of drawn shapes of 32x32x3 pixels unless told otherwise."""

    def __init__(self, source=None):
        self.layers, self.nodes, self.last_id, self.names = [], [], 1, {}
        shapes = {"kind": "drawn_shapes", "count": 64, "seed": 1, "path": ""}
        self.source = self.add("Source", source or shapes, [], PIPELINE)

    def new_id(self):
        self.last_id += 1
        return self.last_id

    def call(self, layer, inputs, stage):
        node = self.new_id()
        self.nodes.append({
            "at": [0.0, 0.0], "call": {}, "id": node, "layer": layer, "stage": stage,
            "inputs": [{"port": port, "from": {"node": source, "output": output}}
                       for port, source, output in inputs],
        })
        return node

    def add(self, kind, config, inputs, stage=MODEL):
        """A node of a new layer behind `inputs`; its id."""
        layer = self.new_id()
        self.names[kind] = self.names.get(kind, 0) + 1
        self.layers.append({"class_name": kind, "config": config, "id": layer,
                            "name": f"{kind.lower()} {self.names[kind]}"})
        return self.call(layer, self.wires(inputs), stage)

    @staticmethod
    def wires(inputs):
        return [("" if len(inputs) == 1 else str(i), node, 0) for i, node in enumerate(inputs)]

    def again(self, node, inputs):
        """Another call of the layer of `node`."""
        layer = next(entry["layer"] for entry in self.nodes if entry["id"] == node)
        return self.call(layer, self.wires(inputs), MODEL)

    def finish(self, last):
        layer = self.new_id()
        self.layers.append({"class_name": "Output", "config": {}, "id": layer, "name": "output"})
        self.call(layer, [("", last, 0), ("label", self.source, 1)], MODEL)
        return {"layerbench": 1, "next_id": self.last_id + 1, "layers": self.layers,
                "bodies": [{"id": 1, "name": "main", "frames": [], "nodes": self.nodes}],
                "recipe": {}}


def chain():
    """Everything that an image pipeline and a small network have, one behind the other."""
    p = Project()
    x = p.add("Resizing", {"height": 24, "width": 20}, [p.source], PIPELINE)
    x = p.add("RandomFlip", {"mode": "horizontal", "seed": None}, [x], PIPELINE)
    x = p.add("Rescaling", {"scale": 1 / 255}, [x], PIPELINE)
    x = p.add("Normalization", {"axis": -1}, [x], PIPELINE)
    x = p.add("Batch", {}, [x])
    x = p.add("RandomContrast", {"factor": 0.1, "seed": None, "value_range": [0, 1]}, [x])
    x = p.add("Conv2D", {"filters": 8, "kernel_size": [3, 3], "padding": "same",
                         "activation": "relu"}, [x])
    x = p.add("BatchNormalization", {}, [x])
    x = p.add("MaxPooling2D", {"pool_size": [2, 2]}, [x])
    x = p.add("Conv2D", {"filters": 4, "kernel_size": [3, 3], "strides": [2, 2],
                         "use_bias": False}, [x])
    x = p.add("ReLU", {"max_value": 6.0}, [x])
    x = p.add("AveragePooling2D", {"pool_size": [2, 2], "padding": "same"}, [x])
    x = p.add("Flatten", {}, [x])
    x = p.add("Dropout", {"rate": 0.25, "seed": None}, [x])
    return p.finish(p.add("Dense", {"units": 10, "activation": "softmax"}, [x]))


def branches():
    """A convolution that is called twice, Add and Concatenate over branches of unequal depth."""
    p = Project()
    x = p.add("Rescaling", {"scale": 1 / 255}, [p.source], PIPELINE)
    x = p.add("Batch", {}, [x])
    head = p.add("Conv2D", {"filters": 4, "kernel_size": [3, 3], "padding": "same"}, [x])
    shared = p.add("Conv2D", {"filters": 4, "kernel_size": [3, 3], "padding": "same"}, [head])
    deep = p.add("BatchNormalization", {}, [shared])
    flat = p.add("Conv2D", {"filters": 4, "kernel_size": [1, 1]}, [x])
    left = p.add("Add", {}, [deep, flat])
    right = p.again(shared, [left])
    both = p.add("Concatenate", {}, [right, flat, left])
    x = p.add("GlobalAveragePooling2D", {}, [both])
    x = p.add("Dense", {"units": 6}, [x])
    return p.finish(p.add("Activation", {"activation": "softmax"}, [x]))


def unscaled():
    """Pixels as they are, straight into the network: Keras does not make floats of them."""
    p = Project()
    x = p.add("Batch", {}, [p.source])
    x = p.add("Flatten", {}, [x])
    return p.finish(p.add("Dense", {"units": 3, "activation": "tanh"}, [x]))


def pipeline_layer():
    """Layers inside a layer: a random one among them, with the factor that Keras cannot read."""
    p = Project()
    inner = [{"class_name": "CenterCrop", "config": {"height": 20, "width": 24}},
             {"class_name": "RandomShear", "config": {"x_factor": [-0.2, 0.2]}},
             {"class_name": "Rescaling", "config": {"scale": 1 / 255}}]
    x = p.add("Pipeline", {"layers": inner}, [p.source], PIPELINE)
    x = p.add("Batch", {}, [x])
    x = p.add("GlobalAveragePooling2D", {}, [x])
    return p.finish(p.add("Dense", {"units": 10, "activation": "softmax"}, [x]))
