"""call --masks --boxes: a layer moves what belongs to its images."""

import json
import math
import unittest

import workbench

HALVES = [1, 1, 2, 2] * 4  # a mask, 4 x 4: class 1 at the left, 2 at the right


class CallBoxes(workbench.InFolder):
    def setUp(self):
        super().setUp()
        self.x = self.folder / "x.npy"
        self.masks = self.folder / "masks.npy"
        workbench.write_npy(self.x, (1, 4, 4, 1), [0.0] * 16)
        workbench.write_npy(self.masks, (1, 4, 4, 1), HALVES, "|u1")

    def call(self, layer, output, *more):
        return workbench.run("call", "--layer", layer, "--input", self.x, "--output", output, *more)

    def refused(self, layer, *more):
        code, out, err = self.call(layer, self.folder / "y.npy", *more)
        self.assertNotEqual(code, 0)
        self.assertEqual(out, "")
        self.assertEqual(len(err.splitlines()), 1, err)
        return err

    def test_images_are_written_and_boxes_printed(self):
        layer = self.layer("Resizing", height=2, width=2, bounding_box_format="xywh")
        boxes = self.json("boxes.json", {"boxes": [[[2, 0, 2, 4]]], "labels": [[7]]})
        output = self.folder / "y.npy"

        code, out, err = self.call(layer, output, "--masks", self.masks, "--boxes", boxes)

        self.assertEqual((code, err), (0, ""))
        self.assertEqual(json.loads(out), {"boxes": [[[1.0, 0.0, 1.0, 2.0]]], "labels": [[7]]})
        self.assertEqual(workbench.read_npy(output.read_bytes())[1], (1, 2, 2, 1))
        _, shape, values = workbench.read_npy((self.folder / "y.masks.npy").read_bytes())
        self.assertEqual((shape, values), ((1, 2, 2, 1), [1, 2, 1, 2]))

    def test_what_was_printed_is_read_again(self):
        layer = self.layer("RandomFlip", mode="horizontal", bounding_box_format="xyxy")
        boxes = self.json("boxes.json", {"boxes": [[[0, 1, 1, 3]]], "labels": [[2]]})
        drawn = self.json("drawn.json", {"flips": [[[[True]]]]})
        output = self.folder / "y.npy"
        more = ("--transformation", drawn)

        code, out, err = self.call(layer, output, "--boxes", boxes, *more)
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(json.loads(out), {"boxes": [[[3.0, 1.0, 4.0, 3.0]]], "labels": [[2]]})
        self.assertFalse((self.folder / "y.masks.npy").exists())

        boxes.write_text(out)
        code, out, err = self.call(layer, output, "--boxes", boxes, *more)
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(json.loads(out), {"boxes": [[[0.0, 1.0, 1.0, 3.0]]], "labels": [[2]]})

    def test_a_file_of_lists_gets_the_dictionary(self):
        layer = self.layer("CenterCrop", height=2, width=2, bounding_box_format="xyxy")
        boxes = self.json("boxes.json", {"boxes": [[[1, 1, 2, 3]]], "labels": [[0]]})
        output = self.folder / "y.json"

        code, out, err = self.call(layer, output, "--masks", self.masks, "--boxes", boxes)

        self.assertEqual((code, out, err), (0, "", ""))
        answer = json.loads(output.read_text())
        self.assertEqual(sorted(answer), ["bounding_boxes", "images", "segmentation_masks"])
        self.assertEqual(answer["bounding_boxes"], {"boxes": [[[0.0, 0.0, 1.0, 2.0]]], "labels": [[0]]})
        self.assertEqual(answer["segmentation_masks"], [[[[1], [2]], [[1], [2]]]])

    def test_images_may_be_without_boxes(self):
        layer = self.layer("RandomFlip", mode="horizontal", bounding_box_format="xyxy")
        two = self.folder / "two.npy"
        workbench.write_npy(two, (2, 4, 4, 1), [0.0] * 32)
        one = self.folder / "one.npy"
        workbench.write_npy(one, (4, 4, 1), [0.0] * 16)
        for images, none in ((two, [[], []]), (self.x, [[]]), (one, [])):
            boxes = self.json("boxes.json", {"boxes": none, "labels": none})
            code, out, err = workbench.run("call", "--layer", layer, "--input", images, "--output",
                                           self.folder / "y.npy", "--boxes", boxes, "--training")
            self.assertEqual((code, err), (0, ""))
            self.assertEqual(json.loads(out), {"boxes": none, "labels": none})

    def test_masks_need_a_place_for_every_pixel(self):
        resizing = self.layer("Resizing", height=2, width=2)
        for shape in ((1, 4, 4), (2, 4, 4, 1), (1, 3, 4, 1), (1, 4, 3, 1), (4, 4, 1), (16,)):
            values = [1] * math.prod(shape)
            workbench.write_npy(self.masks, shape, values, "|u1")
            error = self.refused(resizing, "--masks", self.masks)
            self.assertIn(f"--masks: have the shape {list(shape)}, and the images [1, 4, 4, 1]; "
                          "give the class of every pixel, as [1, 4, 4, 1]", error)
        workbench.write_npy(self.x, (4, 6, 3), [0.0] * 72)
        workbench.write_npy(self.masks, (4, 6), [1] * 24, "|u1")
        self.assertIn("as [4, 6, 1]", self.refused(resizing, "--masks", self.masks))
        workbench.write_npy(self.masks, (4, 6, 1), [1] * 24, "|u1")
        code, _, err = self.call(resizing, self.folder / "y.npy", "--masks", self.masks)
        self.assertEqual((code, err), (0, ""))

    def test_masks_have_their_channels_where_the_images_do(self):
        resizing = self.layer("Resizing", height=2, width=2, data_format="channels_first")
        workbench.write_npy(self.x, (1, 3, 4, 5), [0.0] * 60)
        workbench.write_npy(self.masks, (1, 4, 5, 1), [1] * 20, "|u1")
        self.assertIn("as [1, 1, 4, 5]", self.refused(resizing, "--masks", self.masks))
        workbench.write_npy(self.masks, (1, 1, 4, 5), [1] * 20, "|u1")
        code, _, err = self.call(resizing, self.folder / "y.npy", "--masks", self.masks)
        self.assertEqual((code, err), (0, ""))
        _, shape, _ = workbench.read_npy((self.folder / "y.masks.npy").read_bytes())
        self.assertEqual(shape, (1, 1, 2, 2))

    def test_what_is_wrong_is_said_in_one_line(self):
        resizing = self.layer("Resizing", height=2, width=2, bounding_box_format="xyxy")
        error = self.refused(resizing, "--boxes", self.json("boxes.json", {"boxes": [[[0, 0, 1, 1]]]}))
        self.assertIn("labels is missing", error)
        boxes = self.json("boxes.json", {"boxes": [[[0, 0, 1, 1]]], "labels": [[1]]})
        error = self.refused(resizing, "--boxes", boxes, "--input", self.x)
        self.assertIn("belong to images: give these as the only input", error)
        error = self.refused(self.layer("Resizing", height=2, width=2), "--boxes", boxes)
        self.assertIn("bounding_box_format", error)
        error = self.refused(self.layer("Dense", units=2), "--boxes", boxes)
        self.assertIn("takes no dictionary of images", error)

    def test_help_names_the_options(self):
        code, out, _ = workbench.run("call", "--help")
        self.assertEqual(code, 0)
        self.assertIn("--masks", out)
        self.assertIn("--boxes", out)


if __name__ == "__main__":
    unittest.main()
