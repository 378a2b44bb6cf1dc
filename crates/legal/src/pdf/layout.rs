//! Text on pages: lines are broken at words, pages at lines, and every page is numbered.

use krilla::color::rgb;
use krilla::error::KrillaResult;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::{Font, TextDirection};
use krilla::{Document, SerializeSettings};
use polity_kernel::{Error, Result};

/// A4 in points.
const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;

/// What stays empty around the text.
const SIDE: f32 = 72.0;
const TOP: f32 = 72.0;
const BOTTOM: f32 = 84.0;

/// Where the footer stands, from the top, and how large.
const FOOTER: f32 = HEIGHT - 46.0;
const FOOTER_SIZE: f32 = 7.5;

/// The widest a line may be.
const MEASURE: f32 = WIDTH - 2.0 * SIDE;

/// How heavy the letters are.
#[derive(Clone, Copy)]
pub(super) enum Face {
    Regular,
    Bold,
}

/// How a block of text looks, in points.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub(super) face: Face,
    pub(super) size: f32,
    /// From one line to the next.
    pub(super) leading: f32,
    pub(super) before: f32,
    pub(super) after: f32,
}

/// Pages that fill up from the top.
pub(super) struct Layout {
    regular: Typeface,
    bold: Typeface,
    pages: Vec<Vec<Mark>>,
    /// How far down the last page is full.
    at: f32,
}

/// What stands somewhere on a page.
enum Mark {
    Text { x: f32, y: f32, face: Face, size: f32, text: String },
    Rule { y: f32 },
}

/// One font, to draw with and to measure by.
struct Typeface {
    font: Font,
    measure: ttf_parser::Face<'static>,
}

impl Typeface {
    fn new(bytes: &'static [u8]) -> Result<Self> {
        let font = Font::new(bytes.into(), 0).ok_or_else(|| Error::internal("font"))?;
        Ok(Self { font, measure: ttf_parser::Face::parse(bytes, 0).map_err(Error::internal)? })
    }

    /// How wide the text is at this size. Pairs that are set closer make it a little less.
    fn width(&self, text: &str, size: f32) -> f32 {
        let advance = |c: char| {
            // a letter that the font has not is drawn as a box
            let glyph = self.measure.glyph_index(c).unwrap_or(ttf_parser::GlyphId(0));
            f32::from(self.measure.glyph_hor_advance(glyph).unwrap_or(0))
        };
        text.chars().map(advance).sum::<f32>() * size / f32::from(self.measure.units_per_em())
    }

    /// The text in lines that are at most this wide. A word that is wider alone is broken wherever it must.
    fn lines(&self, text: &str, size: f32, most: f32) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = String::new();
        for word in text.split_whitespace() {
            let joined = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if self.width(&joined, size) <= most {
                line = joined;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for letter in word.chars() {
                line.push(letter);
                if self.width(&line, size) > most {
                    line.pop();
                    lines.push(std::mem::replace(&mut line, letter.to_string()));
                }
            }
        }
        lines.push(line);
        lines
    }
}

impl Layout {
    pub(super) fn new() -> Result<Self> {
        Ok(Self {
            regular: Typeface::new(dejavu::serif::regular())?,
            bold: Typeface::new(dejavu::sans::bold())?,
            pages: vec![Vec::new()],
            at: TOP,
        })
    }

    /// What the whole is called, with a rule below.
    pub(super) fn title(&mut self, style: &Style, text: &str) {
        self.text(&Style { after: 0.0, ..*style }, 0.0, text);
        self.rule();
        self.at += style.after;
    }

    /// Text that is on one page with as much of what follows as this.
    pub(super) fn keeping(&mut self, following: f32, style: &Style, text: &str) {
        let lines = self.typeface(style.face).lines(text, style.size, MEASURE).len();
        self.make_room(
            style.before + style.leading * f32::from(u16::try_from(lines).unwrap_or(u16::MAX)) + following,
        );
        self.text(style, 0.0, text);
    }

    /// One point of a list.
    pub(super) fn item(&mut self, style: &Style, indent: f32, text: &str) {
        let lines = self.typeface(style.face).lines(text, style.size, MEASURE - indent).len();
        self.make_room(style.leading * together(0, lines));
        let y = self.at + style.leading;
        self.mark(Mark::Text {
            x: SIDE + indent / 4.0,
            y,
            face: style.face,
            size: style.size,
            text: "•".to_owned(),
        });
        self.text(style, indent, text);
    }

    /// A block of text, moved in by this much.
    pub(super) fn text(&mut self, style: &Style, indent: f32, text: &str) {
        if self.at > TOP {
            self.at += style.before;
        }
        let lines = self.typeface(style.face).lines(text, style.size, MEASURE - indent);
        let count = lines.len();
        for (index, line) in lines.into_iter().enumerate() {
            self.make_room(style.leading * together(index, count));
            self.at += style.leading;
            let (x, y) = (SIDE + indent, self.at);
            self.mark(Mark::Text { x, y, face: style.face, size: style.size, text: line });
        }
        self.at += style.after;
    }

    /// A thin line from side to side.
    pub(super) fn rule(&mut self) {
        self.make_room(14.0);
        self.at += 9.0;
        self.mark(Mark::Rule { y: self.at });
        self.at += 5.0;
    }

    /// Goes on at the top of a new page.
    pub(super) fn new_page(&mut self) {
        self.pages.push(Vec::new());
        self.at = TOP;
    }

    /// The pages as PDF, each with this footer and its number.
    pub(super) fn finish(self, footer: &str, metadata: Metadata) -> KrillaResult<Vec<u8>> {
        let mut document = Document::new_with(SerializeSettings::default());
        document.set_metadata(metadata);
        let count = self.pages.len();
        for (index, marks) in self.pages.iter().enumerate() {
            let Some(settings) = PageSettings::from_wh(WIDTH, HEIGHT) else { continue };
            let mut page = document.start_page_with(settings);
            let mut surface = page.surface();
            for mark in marks {
                self.draw(&mut surface, mark);
            }
            self.draw_footer(&mut surface, footer, &format!("{} / {count}", index + 1));
            surface.finish();
            page.finish();
        }
        document.finish()
    }

    fn make_room(&mut self, height: f32) {
        if self.at + height > HEIGHT - BOTTOM && self.at > TOP {
            self.new_page();
        }
    }

    fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    const fn typeface(&self, face: Face) -> &Typeface {
        match face {
            Face::Regular => &self.regular,
            Face::Bold => &self.bold,
        }
    }

    fn draw(&self, surface: &mut Surface<'_>, mark: &Mark) {
        match mark {
            Mark::Text { x, y, face, size, text } => {
                surface.set_fill(Some(ink(20)));
                let font = self.typeface(*face).font.clone();
                surface.draw_text(Point::from_xy(*x, *y), font, *size, text, false, TextDirection::Auto);
            }
            Mark::Rule { y } => draw_rule(surface, *y),
        }
    }

    fn draw_footer(&self, surface: &mut Surface<'_>, text: &str, number: &str) {
        draw_rule(surface, FOOTER - 14.0);
        surface.set_fill(Some(ink(110)));
        let right = WIDTH - SIDE - self.regular.width(number, FOOTER_SIZE);
        for (x, text) in [(SIDE, text), (right, number)] {
            let font = self.regular.font.clone();
            surface.draw_text(Point::from_xy(x, FOOTER), font, FOOTER_SIZE, text, false, TextDirection::Auto);
        }
    }
}

/// How many lines of a block from this one on must be on one page: neither its first nor its last stands alone.
fn together(index: usize, count: usize) -> f32 {
    match (index, count) {
        (0, 3) => 3.0,
        (0, 2 | 4..) => 2.0,
        (_, 4..) if index + 2 == count => 2.0,
        _ => 1.0,
    }
}

fn draw_rule(surface: &mut Surface<'_>, y: f32) {
    let Some(rect) = Rect::from_xywh(SIDE, y, MEASURE, 0.6) else { return };
    let mut path = PathBuilder::new();
    path.push_rect(rect);
    if let Some(path) = path.finish() {
        surface.set_fill(Some(ink(160)));
        surface.draw_path(&path);
    }
}

/// A grey of this brightness, 0 to 255.
fn ink(brightness: u8) -> Fill {
    Fill { paint: rgb::Color::new(brightness, brightness, brightness).into(), ..Fill::default() }
}
