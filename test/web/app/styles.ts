/** The app's own styles: layout is part of what components promise. */
import '../../../web/src/app.css';
